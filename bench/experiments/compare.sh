#!/usr/bin/env bash
# Compares methods on a dataset: each method's best trial of a grid is chosen on validation (the last
# tenth of the training period), every method with the same number of trials; then SEEDS runs each on
# the whole training period, evaluated on test. Finished runs are skipped, so a killed comparison
# goes on where it was.
#
#   bench/experiments/compare.sh DATASET GRID OUT
#
# GRID has a line a trial: METHOD NAME OPTIONS of `encode train`. Environment: EPOCHS (most epochs of
# a trial), SEEDS. Needs python3 for the summary.
set -euo pipefail

data=$1
grid=$2
out=$3
epochs=${EPOCHS:-3}
seeds=${SEEDS-1 2 3}
encode=$(cd "$(dirname "$0")/../.." && pwd)/encode
mkdir -p "$out"

train() { # NAME OPTIONS...
  local name=$1
  shift
  [ -f "$out/$name.json" ] && return
  "$encode" train --data "$data" --out "$out/$name" --overwrite "$@" --json >"$out/$name.json.part" </dev/null
  mv "$out/$name.json.part" "$out/$name.json"
}

evaluate() { # NAME OPTIONS...
  local name=$1
  shift
  [ -f "$out/$name.test.json" ] && return
  "$encode" evaluate --data "$data" --model "$out/$name" "$@" --json >"$out/$name.test.json.part" </dev/null
  mv "$out/$name.test.json.part" "$out/$name.test.json"
}

while read -r method name options; do
  # shellcheck disable=SC2086
  train "choose-$method-$name" --method "$method" --epochs "$epochs" --validation-share 0.1 \
    --seed 1 $options
done <"$grid"

python3 - "$out" "$grid" >"$out/chosen.txt" <<'PYTHON'
import json, sys
out, grid = sys.argv[1], sys.argv[2]
best = {}
for trial in open(grid):
    method, name, *options = trial.split()
    for line in open(f"{out}/choose-{method}-{name}/metrics.jsonl"):
        entry = json.loads(line)
        auc = entry.get("validation_auc")
        if entry.get("event") == "epoch" and auc is not None:
            if method not in best or auc > best[method][0]:
                best[method] = (auc, entry["epoch"], name, options)
for method, (auc, epoch, name, options) in best.items():
    print(method, epoch, f"{auc:.5f}", name, *options)
PYTHON
cat "$out/chosen.txt" >&2

for seed in $seeds; do
  while read -r method epoch _ name options; do
    # shellcheck disable=SC2086
    train "$method-$seed" --method "$method" --validation-share 0 --seed "$seed" $options \
      --epochs "$epoch"
  done <"$out/chosen.txt"
  while read -r method _; do
    if [ "$method" = din ] || [ ! -d "$out/din-l-$seed" ]; then
      evaluate "$method-$seed"
    else
      evaluate "$method-$seed" --against "$out/din-l-$seed"
    fi
  done <"$out/chosen.txt"
done

python3 - "$out" "$seeds" <<'PYTHON' | tee "$out/summary.md"
import json, statistics, sys
out, seeds = sys.argv[1], sys.argv[2].split()
chosen = {line.split()[0]: line.split()[1:] for line in open(f"{out}/chosen.txt")}
if not seeds:
    sys.exit()
keys = ["auc", "gauc", "log_loss", "share_of_oracle", "ri", "recall_50", "microseconds_per_candidate"]
print("| method | chosen | epochs | validation AUC | " + " | ".join(keys) + " | samples/s |")
print("|---" * (len(keys) + 5) + "|")
for method in chosen:
    runs = [json.load(open(f"{out}/{method}-{s}.test.json")) for s in seeds]
    trained = [json.load(open(f"{out}/{method}-{s}.json")) for s in seeds]
    cells = []
    for key in keys:
        values = [r[key] for r in runs if isinstance(r.get(key), (int, float))]
        if not values:
            cells.append("")
        elif len(values) == 1:
            cells.append(f"{values[0]:.5f}")
        else:
            cells.append(f"{statistics.mean(values):.5f} ± {statistics.stdev(values):.5f}")
    speed = statistics.mean(t["samples_per_second"] for t in trained)
    epoch, auc, name, *_ = chosen[method]
    print(f"| {method} | {name} | {epoch} | {auc} | " + " | ".join(cells) + f" | {speed:,.0f} |")
PYTHON
