#!/usr/bin/env bash
# Compares methods on a dataset: hyper-parameters chosen on validation with the same grid for every
# method, then SEEDS runs each on the whole training period, evaluated on test. Finished runs are
# skipped, so a killed comparison goes on where it was.
#
#   bench/experiments/compare.sh DATASET OUT
#
# Environment: METHODS, RATES (learning rates), EPOCHS (most epochs), SEEDS, TRAIN (more options of
# `encode train` for every run). Needs python3 for the summary.
set -euo pipefail

data=$1
out=$2
methods=${METHODS:-din avg-pooling din-l encode}
rates=${RATES:-0.001 0.003 0.01}
epochs=${EPOCHS:-3}
seeds=${SEEDS:-1 2 3}
encode=$(cd "$(dirname "$0")/../.." && pwd)/encode
mkdir -p "$out"

train() { # NAME OPTIONS...
  local name=$1
  shift
  [ -d "$out/$name" ] && return
  # shellcheck disable=SC2086
  "$encode" train --data "$data" --out "$out/$name" ${TRAIN:-} "$@" --json >"$out/$name.json.part"
  mv "$out/$name.json.part" "$out/$name.json"
}

evaluate() { # NAME OPTIONS...
  local name=$1
  shift
  [ -f "$out/$name.test.json" ] && return
  "$encode" evaluate --data "$data" --model "$out/$name" "$@" --json >"$out/$name.test.json.part"
  mv "$out/$name.test.json.part" "$out/$name.test.json"
}

for method in $methods; do
  for rate in $rates; do
    train "choose-$method-$rate" --method "$method" --learning-rate "$rate" --epochs "$epochs" \
      --validation-share 0.1 --seed 1
  done
done

python3 - "$out" "$methods" "$rates" >"$out/chosen.txt" <<'PYTHON'
import json, sys
out, methods, rates = sys.argv[1], sys.argv[2].split(), sys.argv[3].split()
for method in methods:
    best = None
    for rate in rates:
        for line in open(f"{out}/choose-{method}-{rate}/metrics.jsonl"):
            entry = json.loads(line)
            auc = entry.get("validation_auc")
            if entry.get("event") == "epoch" and auc is not None:
                if best is None or auc > best[0]:
                    best = (auc, rate, entry["epoch"])
    print(method, best[1], best[2], best[0])
PYTHON
cat "$out/chosen.txt" >&2

for seed in $seeds; do
  while read -r method rate epoch _; do
    train "$method-$seed" --method "$method" --learning-rate "$rate" --epochs "$epoch" \
      --validation-share 0 --seed "$seed"
  done <"$out/chosen.txt"
  while read -r method _; do
    if [ "$method" = din ] || [ ! -d "$out/din-l-$seed" ]; then
      evaluate "$method-$seed"
    else
      evaluate "$method-$seed" --against "$out/din-l-$seed"
    fi
  done <"$out/chosen.txt"
done

python3 - "$out" "$methods" "$seeds" <<'PYTHON' | tee "$out/summary.md"
import json, statistics, sys
out, methods, seeds = sys.argv[1], sys.argv[2].split(), sys.argv[3].split()
chosen = {line.split()[0]: line.split()[1:] for line in open(f"{out}/chosen.txt")}
keys = ["auc", "gauc", "log_loss", "share_of_oracle", "ri", "recall_50", "microseconds_per_candidate"]
print("| method | rate | epochs | " + " | ".join(keys) + " | samples/s |")
print("|---" * (len(keys) + 4) + "|")
for method in methods:
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
    print(f"| {method} | {chosen[method][0]} | {chosen[method][1]} | " + " | ".join(cells) + f" | {speed:,.0f} |")
PYTHON
