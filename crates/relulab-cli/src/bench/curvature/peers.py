"""Curvature with PyTorch and what is built on it, for `relulab bench curvature`; worker.py goes before this file.

    {"ask": "versions", "threads": 2}      -> {"python": "3.13.1", "torch": "2.9", "scipy": null, …}
    {"ask": "prepare", "name": "small", "widths": [1, 16, 1], "inputs": […], "labels": […], "networks": [[…], …]} -> {}
    {"ask": "run", "peer": "torch_spectrum", "name": "small", "threads": 1, "k": 10, "tolerance": 0.001,
     "seconds": 20.0}                       -> {"seconds": 0.04, "networks": 1, "finished": true, …}

Everything is in float64 on the CPU: ReLU, mean squared error, parameters layer by layer, weights (out × in) before
biases, as relulab has them.
"""

from importlib import metadata

# Networks of a batch of torch.func.vmap: more need more memory and are not faster.
VMAP_CHUNK = 25
# Steps of a basis of ARPACK before it restarts: as many as relulab takes, or it would need several times the products.
ARPACK_BASIS = 150
# Products whose time is averaged.
PRODUCTS = 10


def distribution(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


class Work:
    """A shape, data and networks."""

    def __init__(self, request):
        import torch

        torch.set_default_dtype(torch.float64)
        self.widths = request["widths"]
        self.inputs = torch.tensor(request["inputs"]).reshape(-1, self.widths[0])
        self.labels = torch.tensor(request["labels"]).reshape(-1, self.widths[-1])
        self.networks = torch.tensor(request["networks"])

    def loss(self, parameters):
        """The loss as a function of one flat vector."""
        import torch

        values, start = self.inputs, 0
        for layer, (n_in, n_out) in enumerate(zip(self.widths, self.widths[1:])):
            weights = parameters[start : start + n_in * n_out].reshape(n_out, n_in)
            biases = parameters[start + n_in * n_out : start + (n_in + 1) * n_out]
            start += (n_in + 1) * n_out
            values = values @ weights.T + biases
            if layer + 2 < len(self.widths):
                values = torch.relu(values)
        return ((values - self.labels) ** 2).mean()

    def module(self):
        """The first network as layers of torch.nn."""
        import torch

        layers, start = [], 0
        for n_in, n_out in zip(self.widths, self.widths[1:]):
            linear = torch.nn.Linear(n_in, n_out)
            with torch.no_grad():
                linear.weight.copy_(self.networks[0][start : start + n_in * n_out].reshape(n_out, n_in))
                linear.bias.copy_(self.networks[0][start + n_in * n_out : start + (n_in + 1) * n_out])
            start += (n_in + 1) * n_out
            layers += [linear, torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])

    def product(self):
        """v ↦ Hv, by a second backward pass over a graph that is made once."""
        import torch

        parameters = self.networks[0].clone().requires_grad_()
        (gradient,) = torch.autograd.grad(self.loss(parameters), parameters, create_graph=True)
        return lambda v: torch.autograd.grad(gradient, parameters, v, retain_graph=True)[0]


def clocked(action):
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def torch_spectrum(work, request):
    """torch.func.hessian and eigh of one network."""
    import torch

    hessian = torch.func.hessian(work.loss)

    def spectrum():
        return torch.linalg.eigh(hessian(work.networks[0]))

    # A first call for warming up, which is not counted.
    spectrum()
    seconds, (values, _) = clocked(spectrum)
    return {"seconds": seconds, "networks": 1, "eigenvalues": values.tolist()}


def torch_vmap(work, request):
    """torch.func.vmap of the Hessian over a chunk of networks, and eigh of the batch."""
    import torch

    chunk = work.networks[:VMAP_CHUNK]
    hessians = torch.func.vmap(torch.func.hessian(work.loss))
    seconds, _ = clocked(lambda: torch.linalg.eigh(hessians(chunk)))
    return {"seconds": seconds, "networks": len(chunk)}


def torch_product(work, request):
    """A Hessian product by a second backward pass, and a gradient beside it."""
    import torch

    product, v = work.product(), torch.ones_like(work.networks[0])
    parameters = work.networks[0].clone().requires_grad_()

    def repeated(action):
        action()
        return min(clocked(action)[0] for _ in range(PRODUCTS))

    gradient = repeated(lambda: torch.autograd.grad(work.loss(parameters), parameters))
    return {"seconds": repeated(lambda: product(v)), "networks": 1, "gradient_seconds": gradient}


def top_of_arpack(work, request, product):
    """The top eigenpairs by scipy's eigsh from products with NumPy vectors."""
    import numpy
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    products, end = 0, time.perf_counter() + request["seconds"]

    def counted(v):
        nonlocal products
        products += 1
        if time.perf_counter() > end:
            raise TimeoutError
        return product(numpy.ascontiguousarray(v).reshape(-1))

    n = work.networks.shape[1]
    operator = LinearOperator((n, n), matvec=counted, dtype=numpy.float64)
    start = numpy.random.default_rng(0).standard_normal(n)
    clock = time.perf_counter()
    try:
        values, vectors = eigsh(
            operator, request["k"], which="LM", v0=start, ncv=ARPACK_BASIS, tol=request["tolerance"]
        )
    except (TimeoutError, ArpackNoConvergence):
        return {"seconds": time.perf_counter() - clock, "networks": 1, "finished": False, "products": products}
    seconds = time.perf_counter() - clock
    return {"seconds": seconds, "networks": 1, "products": products} | residual(work, values, vectors)


def residual(work, values, vectors):
    """Eigenvalues, largest size first, and the largest ‖Hv − λv‖."""
    import torch

    product = work.product()
    worst = 0.0
    for value, vector in zip(values, torch.as_tensor(vectors).T):
        vector = vector / vector.norm()
        worst = max(worst, float((product(vector) - value * vector).norm()))
    return {"eigenvalues": sorted(map(float, values), key=abs, reverse=True), "residual": worst}


def torch_eigsh(work, request):
    """scipy's eigsh with products by a second backward pass over a retained graph."""
    import torch

    product = work.product()
    return top_of_arpack(work, request, lambda v: product(torch.from_numpy(v)).numpy())


def curvlinops(work, request):
    """scipy's eigsh with curvlinops' HessianLinearOperator."""
    import torch
    from curvlinops import HessianLinearOperator

    module = work.module()
    operator = HessianLinearOperator(
        module,
        torch.nn.MSELoss(),
        list(module.parameters()),
        [(work.inputs, work.labels)],
        check_deterministic=False,
    ).to_scipy()
    return top_of_arpack(work, request, operator.matvec)


def pyhessian(work, request):
    """PyHessian's power iteration with deflation; its tolerance is on eigenvalues, not on residuals."""
    import torch
    from pyhessian import hessian

    module = sys.modules[hessian.__module__]
    torch.manual_seed(0)
    products, end = 0, time.perf_counter() + request["seconds"]
    original = module.hessian_vector_product

    def counted(*arguments):
        nonlocal products
        products += 1
        if time.perf_counter() > end:
            raise TimeoutError
        return original(*arguments)

    module.hessian_vector_product = counted
    clock = time.perf_counter()
    try:
        analysis = hessian(work.module(), torch.nn.MSELoss(), data=(work.inputs, work.labels), cuda=False)
        values, vectors = analysis.eigenvalues(tol=request["tolerance"], top_n=request["k"])
    except TimeoutError:
        return {"seconds": time.perf_counter() - clock, "networks": 1, "finished": False, "products": products}
    finally:
        module.hessian_vector_product = original
    seconds = time.perf_counter() - clock
    flat = torch.stack([torch.cat([part.reshape(-1) for part in vector]) for vector in vectors], dim=1)
    return {"seconds": seconds, "networks": 1, "products": products} | residual(work, values, flat)


PEERS = {
    "torch_spectrum": torch_spectrum,
    "torch_vmap": torch_vmap,
    "torch_product": torch_product,
    "torch_eigsh": torch_eigsh,
    "curvlinops": curvlinops,
    "pyhessian": pyhessian,
}


class Worker:
    """Answers requests; keeps the prepared work."""

    def __init__(self):
        self.works = {}

    def versions(self, request):
        use_threads(request["threads"])
        return {
            "python": ".".join(map(str, sys.version_info[:3])),
            "torch": version_of("torch"),
            "scipy": version_of("scipy"),
            "curvlinops": distribution("curvlinops-for-pytorch"),
            "pyhessian": distribution("pyhessian"),
        }

    def prepare(self, request):
        self.works[request["name"]] = Work(request)
        return {}

    def run(self, request):
        import torch

        torch.set_num_threads(request["threads"])
        reply = PEERS[request["peer"]](self.works[request["name"]], request)
        return {"finished": True} | reply


serve(Worker())
