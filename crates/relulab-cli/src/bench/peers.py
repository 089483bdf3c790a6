"""Trains the networks of `relulab bench engine` with JAX and PyTorch, and says how long that took.

A worker (worker.py goes before this file):

    {"ask": "versions", "threads": 2}                       -> {"python": "3.13.1", "jax": "0.10.2", "torch": null}
    {"ask": "prepare", "peer": "jax", "widths": [1, 16, 1],
     "seeds": 256, "steps": 3000, "batch": 64}               -> {"compile_seconds": 2.7}
    {"ask": "run", "peer": "jax", "round": 0}                -> {"seconds": 2.5, "networks": 256, "steps": 3000,
                                                                "median_loss": 0.004}

All work is done on the CPU in float32. The networks are
those of relulab: ReLU, PyTorch's default initialisation, Adam with step size 0.01, fresh samples from N(0,1) at every
step, target x^2, mean squared error.
"""

import statistics

LEARNING_RATE, BETA1, BETA2, EPSILON = 0.01, 0.9, 0.999, 1e-8
# torch.func vmap is timed over so many steps, or fewer once so many seconds are over: every step costs the same, so
# the rest is scaled.
VMAP_STEPS, VMAP_SECONDS = 200, 5
# Steps before the clock starts, where nothing is compiled ahead of time.
WARM_UP_STEPS = 20


class Jax:
    """jit of vmap over seeds of a scan over steps, compiled ahead of time."""

    def __init__(self, work):
        import jax
        import jax.numpy as jnp

        widths, batch, steps = work["widths"], work["batch"], work["steps"]

        def initialise(key):
            parameters = []
            for n_in, n_out in zip(widths, widths[1:]):
                key, weight_key, bias_key = jax.random.split(key, 3)
                bound = n_in**-0.5
                weight = jax.random.uniform(weight_key, (n_in, n_out), minval=-bound, maxval=bound)
                bias = jax.random.uniform(bias_key, (n_out,), minval=-bound, maxval=bound)
                parameters.append((weight, bias))
            return parameters

        def loss(parameters, x):
            hidden = x
            for weight, bias in parameters[:-1]:
                hidden = jax.nn.relu(hidden @ weight + bias)
            weight, bias = parameters[-1]
            return jnp.mean((hidden @ weight + bias - x * x) ** 2)

        def step(state, number):
            parameters, first, second, key, _ = state
            x = jax.random.normal(jax.random.fold_in(key, number), (batch, widths[0]))
            value, gradient = jax.value_and_grad(loss)(parameters, x)
            tree = jax.tree.map
            first = tree(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradient)
            second = tree(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradient)
            time_step = number.astype(jnp.float32)
            rate = LEARNING_RATE / (1 - BETA1**time_step)
            root = jnp.sqrt(1 - BETA2**time_step)
            parameters = tree(
                lambda p, m, v: p - rate * m / (jnp.sqrt(v) / root + EPSILON), parameters, first, second
            )
            return (parameters, first, second, key, value), None

        def train(key):
            init_key, data_key = jax.random.split(key)
            parameters = initialise(init_key)
            zeros = jax.tree.map(jnp.zeros_like, parameters)
            state = (parameters, zeros, zeros, data_key, jnp.float32(0))
            state, _ = jax.lax.scan(step, state, jnp.arange(1, steps + 1))
            return state[0], state[4]

        self.jax, self.work = jax, work
        start = time.perf_counter()
        self.train = jax.jit(jax.vmap(train)).lower(self.keys(0)).compile()
        self.compile_seconds = time.perf_counter() - start

    def keys(self, round_number):
        return self.jax.random.split(self.jax.random.key(round_number), self.work["seeds"])

    def run(self, round_number):
        keys = self.jax.block_until_ready(self.keys(round_number))
        start = time.perf_counter()
        _, losses = self.jax.block_until_ready(self.train(keys))
        return time.perf_counter() - start, self.work["seeds"], self.work["steps"], losses.tolist()


def torch_network(widths):
    """A new network with PyTorch's default initialisation."""
    from torch import nn

    layers = []
    for n_in, n_out in zip(widths, widths[1:]):
        layers += [nn.Linear(n_in, n_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class TorchEager:
    """One network at a time, on one thread; one network stands for all."""

    compile_seconds = None

    def __init__(self, work):
        self.work = work
        self.train(WARM_UP_STEPS, 0)

    def train(self, steps, seed):
        import torch

        torch.set_num_threads(1)
        torch.manual_seed(seed)
        network = torch_network(self.work["widths"])
        adam = torch.optim.Adam(network.parameters(), LEARNING_RATE, (BETA1, BETA2), EPSILON, fused=True)
        shape = (self.work["batch"], self.work["widths"][0])
        start = time.perf_counter()
        for _ in range(steps):
            x = torch.randn(shape)
            loss = torch.nn.functional.mse_loss(network(x), x * x)
            adam.zero_grad()
            loss.backward()
            adam.step()
        return time.perf_counter() - start, 1, steps, [loss.item()]

    def run(self, round_number):
        return self.train(self.work["steps"], round_number)


class TorchVmap:
    """torch.func: vmap over seeds of the gradient, one Adam for the stacked parameters."""

    compile_seconds = None

    def __init__(self, work):
        self.work = work
        self.run(0, WARM_UP_STEPS)

    def run(self, round_number, steps=VMAP_STEPS):
        import torch
        from torch.func import functional_call, grad_and_value, stack_module_state, vmap

        torch.set_num_threads(self.work["threads"])
        torch.manual_seed(round_number)
        steps = min(steps, self.work["steps"])
        networks = [torch_network(self.work["widths"]) for _ in range(self.work["seeds"])]
        parameters, _ = stack_module_state(networks)
        parameters = {name: value.detach() for name, value in parameters.items()}
        adam = torch.optim.Adam(parameters.values(), LEARNING_RATE, (BETA1, BETA2), EPSILON, fused=True)
        shape = (self.work["seeds"], self.work["batch"], self.work["widths"][0])

        def loss(values, x):
            return torch.nn.functional.mse_loss(functional_call(networks[0], values, (x,)), x * x)

        gradient = vmap(grad_and_value(loss))
        start = time.perf_counter()
        done, seconds = 0, 0
        while done < steps and seconds < VMAP_SECONDS:
            gradients, losses = gradient(parameters, torch.randn(shape))
            for name, value in parameters.items():
                value.grad = gradients[name]
            adam.step()
            done, seconds = done + 1, time.perf_counter() - start
        return seconds, self.work["seeds"], done, losses.tolist()


PEERS = {"jax": Jax, "torch_eager": TorchEager, "torch_vmap": TorchVmap}


class Worker:
    """Answers requests; keeps the prepared trainer of each peer."""

    def __init__(self):
        self.threads = 1
        self.trainers = {}

    def versions(self, request):
        self.threads = request["threads"]
        use_threads(self.threads)
        python = ".".join(map(str, sys.version_info[:3]))
        return {"python": python, "jax": version_of("jax"), "torch": version_of("torch")}

    def prepare(self, request):
        trainer = PEERS[request["peer"]](request | {"threads": self.threads})
        self.trainers[request["peer"]] = trainer
        return {"compile_seconds": trainer.compile_seconds}

    def run(self, request):
        seconds, networks, steps, losses = self.trainers[request["peer"]].run(request["round"])
        # A diverged network has no finite loss; JSON has no word for that.
        finite = [loss for loss in losses if loss - loss == 0]
        median = statistics.median(finite) if finite else None
        return {"seconds": seconds, "networks": networks, "steps": steps, "median_loss": median}


serve(Worker())
