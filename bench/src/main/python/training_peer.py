"""DIN-L and ENCODE in plain PyTorch, padded, as public CTR libraries have them.

Reads what TrainingProblem (Java) wrote and answers its driver on stdin and stdout:
  compare    a line "cross-entropy triplet" for the first step on each batch, then "done"
  step I     a step on batch I: a line "seconds seconds-of-the-optimizer"
Clusters start from the given centers, triplets are given too: neither is drawn here, which
saves the peer that work.
"""

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F


class Block:
    """Some samples of a batch, padded to the longest history among them."""

    def __init__(self, spec, batch, samples):
        starts, lengths = batch["offsets"][samples], batch["lengths"][samples]
        count, longest = len(samples), int(lengths.max())
        places = np.arange(longest)[None, :]
        mask = places < lengths[:, None]
        flat = np.where(mask, starts[:, None] + places, starts[:, None])
        self.mask = torch.from_numpy(mask)
        self.history = torch.from_numpy(np.where(mask, batch["history"][flat], 0))
        recent = np.arange(spec["recent"])[None, :] + np.maximum(
            lengths - spec["recent"], 0
        )[:, None]
        self.recent_mask = torch.from_numpy(recent < lengths[:, None])
        recent = np.minimum(recent, lengths[:, None] - 1)
        self.recent = torch.from_numpy(batch["history"][starts[:, None] + recent])
        self.target = torch.from_numpy(batch["target"][samples])
        self.label = torch.from_numpy(batch["label"][samples])
        self.anchors = int(lengths.sum())
        if spec["method"] == "encode":
            centers = batch["centers"].reshape(-1, spec["clusters"])[samples]
            self.center_mask = torch.from_numpy(centers >= 0)
            self.centers = torch.from_numpy(np.maximum(centers, 0))
            partners = batch["partners"].reshape(-1, 2)
            self.partners = torch.from_numpy(
                np.where(mask[:, :, None], partners[flat], 0)
            )


def rows(table, index):
    """Row index[b, i] of each table[b]."""
    return table.gather(1, index[:, :, None].expand(-1, -1, table.shape[2]))


class Model(torch.nn.Module):
    def __init__(self, folder, spec):
        super().__init__()
        self.spec = spec

        def weight(name, *shape):
            values = np.load(f"{folder}/weights/{name}.npy").reshape(shape)
            return torch.nn.Parameter(torch.from_numpy(values))

        d, m = spec["dimension"], spec["low_dimension"]
        self.item = weight("item.id", -1, d)
        if spec["method"] == "encode":
            self.projection = weight("projection", d, m)
        widths = [5 * d] + spec["tower"] + [1]
        self.weights = torch.nn.ParameterList()
        self.biases = torch.nn.ParameterList()
        for i in range(len(widths) - 1):
            self.weights.append(weight(f"tower.{i}.weight", widths[i], widths[i + 1]))
            self.biases.append(weight(f"tower.{i}.bias", widths[i + 1]))

    def forward(self, block):
        """Logits and the sum of triplet losses."""
        e = F.embedding(block.target, self.item)
        s = F.embedding(block.history, self.item)
        r = self.recent(block, e)
        triplets = None
        if self.spec["method"] == "encode":
            v, triplets = self.encode(block, s, e)
        else:
            v = self.attend(s, block.mask, e)
        hidden = torch.cat([e, r, r * e, v, v * e], 1)
        last = len(self.weights) - 1
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            hidden = torch.addmm(bias, hidden, weight)
            hidden = hidden.squeeze(1) if i == last else torch.relu(hidden)
        return hidden, triplets

    def recent(self, block, e):
        keys = F.embedding(block.recent, self.item)
        similarity = torch.bmm(keys, e[:, :, None]).squeeze(2) / keys.shape[2] ** 0.5
        weights = similarity.masked_fill(~block.recent_mask, -1e9).softmax(1)
        return torch.bmm(weights[:, None, :], keys).squeeze(1)

    def attend(self, keys, mask, e):
        """Attention by cosine (Eqs. 9 and 10)."""
        unit = F.normalize(keys, dim=2)
        cosine = torch.bmm(unit, F.normalize(e, dim=1)[:, :, None]).squeeze(2)
        weights = (cosine * self.spec["beta"]).masked_fill(~mask, -1e9).softmax(1)
        return torch.bmm(weights[:, None, :], keys).squeeze(1)

    def encode(self, block, s, e):
        h = F.normalize(s.detach() @ self.projection, dim=2)
        cluster, cosine = self.cluster(block, h.detach())
        weight = ((cosine - 1) * self.spec["beta"]).exp() * block.mask
        total = torch.zeros(len(e), self.spec["clusters"])
        total = total.scatter_add_(1, cluster, weight)
        weight = weight / total.gather(1, cluster).clamp_min(1e-30)
        interests = torch.zeros(len(e), self.spec["clusters"], s.shape[2])
        interests = interests.scatter_add(
            1, cluster[:, :, None].expand_as(s), s * weight[:, :, None]
        )
        return self.attend(interests, total > 0, e), self.triplets(block, s.detach(), h)

    @torch.no_grad()
    def cluster(self, block, h):
        """Cluster of each behavior and its cosine with the center (Algorithm 1)."""
        mask = block.mask[:, :, None]
        masked = h * mask
        centers = rows(h, block.centers)
        for t in range(self.spec["iterations"]):
            similarity = torch.bmm(h, centers.transpose(1, 2))
            similarity.masked_fill_(~block.center_mask[:, None, :], -2)
            cosine, cluster = similarity.max(2)
            if t == self.spec["iterations"] - 1:
                return cluster, cosine
            sums = torch.zeros_like(centers)
            sums.scatter_add_(1, cluster[:, :, None].expand_as(h), masked)
            moved = F.normalize(sums, dim=2)
            counts = torch.zeros(centers.shape[:2])
            counts.scatter_add_(1, cluster, block.mask.float())
            empty = (counts == 0) & block.center_mask
            centers = torch.where((sums * sums).sum(2, keepdim=True) > 1e-24, moved, centers)
            if empty.any():
                cosine.masked_fill_(~block.mask, 2)
                for user, k in empty.nonzero().tolist():
                    farthest = cosine[user].argmin()
                    centers[user, k] = h[user, farthest]
                    cosine[user, farthest] = 2

    def triplets(self, block, s, h):
        """Sum of Eq. 6's losses with the margin of Eq. 7."""
        first, second = block.partners[:, :, 0], block.partners[:, :, 1]
        unit = F.normalize(s, dim=2)
        s1 = (unit * rows(unit, first)).sum(2)
        s2 = (unit * rows(unit, second)).sum(2)
        h1 = (h * rows(h, first)).sum(2)
        h2 = (h * rows(h, second)).sum(2)
        sign = torch.where(s1 >= s2, 1.0, -1.0)
        loss = torch.relu(sign * (h2 - h1) + (s1 - s2).abs())
        return (loss * block.mask).sum()


class Peer:
    def __init__(self, folder, block, spec):
        self.folder, self.spec = folder, spec
        self.batches = [self.batch(i, block) for i in range(spec["batches"])]
        self.start()

    def start(self):
        self.model = Model(self.folder, self.spec)
        self.adam = torch.optim.Adam(
            self.model.parameters(), lr=self.spec["learning_rate"]
        )

    def batch(self, number, block):
        names = ["offsets", "history", "target", "label"]
        if self.spec["method"] == "encode":
            names += ["centers", "partners"]
        batch = {n: np.load(f"{self.folder}/batch-{number}/{n}.npy") for n in names}
        for name in names:
            if name not in ("offsets", "label"):
                batch[name] = batch[name].astype(np.int64)
        batch["lengths"] = np.diff(batch["offsets"])
        order = np.argsort(batch["lengths"], kind="stable")
        size = block or len(order)
        return [
            Block(self.spec, batch, order[i : i + size])
            for i in range(0, len(order), size)
        ]

    def step(self, number):
        """Cross-entropy, triplet loss and the seconds of the optimizer."""
        blocks = self.batches[number]
        samples = sum(len(block.target) for block in blocks)
        anchors = sum(block.anchors for block in blocks)
        self.adam.zero_grad()
        entropy = triplets = 0.0
        for block in blocks:
            logits, own = self.model(block)
            loss = F.binary_cross_entropy_with_logits(
                logits, block.label, reduction="sum"
            )
            entropy += loss.item()
            loss = loss / samples
            if own is not None:
                triplets += own.item()
                loss = loss + own * (self.spec["triplet_weight"] / anchors)
            loss.backward()
        before = time.perf_counter()
        self.adam.step()
        return entropy / samples, triplets / anchors, time.perf_counter() - before


def main():
    folder, block, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    with open(f"{folder}/problem.json", encoding="utf-8") as file:
        spec = json.load(file)
    peer = Peer(folder, block, spec)
    print("PyTorch " + torch.__version__, flush=True)
    for line in sys.stdin:
        words = line.split()
        if words[0] == "compare":
            peer.start()
            for i in range(spec["batches"]):
                print("%.9g %.9g" % peer.step(i)[:2])
            print("done", flush=True)
        else:
            before = time.perf_counter()
            optimizer = peer.step(int(words[1]))[2]
            print(time.perf_counter() - before, optimizer, flush=True)


if __name__ == "__main__":
    main()
