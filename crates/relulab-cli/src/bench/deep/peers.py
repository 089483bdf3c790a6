"""Trains cells of the MOONS study with PyTorch, for `relulab bench deep`, and says how long that took.

A worker (worker.py goes before this file):

    {"ask": "versions", "threads": 2}                              -> {"python": "3.13.1", "torch": "2.9.0"}
    {"ask": "data", "inputs": [...], "labels": [...]}               -> {}
    {"ask": "run", "structure": "dense", "penalised": true, "width": 10, "depth": 60, "steps": 5000,
     "seconds": 3.0, "threads": 1}                                  -> {"seconds": 2.9, "steps": 812, "bytes": 901234}

The networks are those of relulab: Glorot's uniform distribution, zero biases, full batch, mean cross-entropy of a
sigmoid, Adam with step size 0.01 and epsilon 1e-7, float32. Every step costs the same, so a run ends after some
seconds.
"""

# Steps before the clock starts.
WARM_UP_STEPS = 10


def network(structure, width, depth):
    """The hidden layers, and the output layer."""
    from torch import nn

    def layer(n_in):
        return nn.Linear(n_in, width) if structure == "dense" else nn.Conv2d(n_in, width, (2, 1))

    first, last = (2, width) if structure == "dense" else (1, 2 * width)
    hidden = nn.ModuleList([layer(first if k == 0 else width) for k in range(depth)])
    output = nn.Linear(last, 1)
    for part in [*hidden, output]:
        nn.init.zeros_(part.bias)
    for part in hidden:
        # PyTorch counts the kernel's places in fan-in and fan-out, as Keras does.
        nn.init.xavier_uniform_(part.weight)
    nn.init.xavier_uniform_(output.weight)
    return nn.ModuleList([hidden, output])


def forward(structure, parts, x, pre_activations):
    from torch.nn.functional import pad, relu

    hidden, output = parts
    values = x if structure == "dense" else x.reshape(-1, 1, 2, 1)
    for part in hidden:
        sums = part(values if structure == "dense" else pad(values, (0, 0, 0, 1)))
        pre_activations.append(sums)
        values = relu(sums)
    return output(values.flatten(1))


def penalty(pre_activations):
    """The published penalty: over the batch for each unit, over the channels for each point and position."""
    from torch.nn.functional import relu

    total = 0
    for sums in pre_activations:
        for axis in (0, 1):
            deficit = 0.5 * relu(1 - sums.amax(axis)) + 0.5 * relu(1 + sums.amin(axis))
            total = total + deficit.square().sum()
    return 1e-4 * total


class Saved:
    """Bytes of the tensors that are given to it, each memory counted once."""

    def __init__(self, tensors):
        self.memories = {}
        for tensor in tensors:
            self.keep(tensor)

    def keep(self, tensor):
        memory = tensor.untyped_storage()
        self.memories[memory.data_ptr()] = memory.nbytes()
        return tensor

    def bytes(self):
        return sum(self.memories.values())


class Worker:
    def versions(self, request):
        use_threads(request["threads"])
        return {"python": ".".join(map(str, sys.version_info[:3])), "torch": version_of("torch")}

    def data(self, request):
        import torch

        self.x = torch.tensor(request["inputs"], dtype=torch.float32).reshape(-1, 2)
        self.y = torch.tensor(request["labels"], dtype=torch.float32).reshape(-1, 1)
        return {}

    def run(self, request):
        import torch

        torch.set_num_threads(request["threads"])
        torch.manual_seed(0)
        structure = request["structure"]
        parts = network(structure, request["width"], request["depth"])
        adam = torch.optim.Adam(parts.parameters(), 0.01, eps=1e-7, fused=True)

        def step():
            pre_activations = []
            outputs = forward(structure, parts, self.x, pre_activations)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(outputs, self.y)
            if request["penalised"]:
                loss = loss + penalty(pre_activations)
            adam.zero_grad()
            loss.backward()
            adam.step()

        for _ in range(WARM_UP_STEPS):
            step()
        start = time.perf_counter()
        done, seconds = 0, 0
        while done < request["steps"] and seconds < request["seconds"]:
            step()
            done, seconds = done + 1, time.perf_counter() - start
        kept = [part for parameter in parts.parameters() for part in (parameter, parameter.grad)]
        kept += [moment for state in adam.state.values() for moment in (state["exp_avg"], state["exp_avg_sq"])]
        saved = Saved(kept)
        with torch.autograd.graph.saved_tensors_hooks(saved.keep, lambda tensor: tensor):
            step()
        return {"seconds": seconds, "steps": done, "bytes": saved.bytes()}


serve(Worker())
