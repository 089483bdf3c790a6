"""The tools that count regions beside relulab; worker.py goes before this."""

from importlib import metadata

# Cells after which relucent is stopped: it finds some hundred a second, and its speed is what is measured.
RELUCENT_CELLS = 300


def distribution(name):
    """The version of an installed distribution; None when there is none."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


class Work:
    """One network, as matrices (out × in) and biases of its hidden layers."""

    def __init__(self, request):
        import numpy

        self.widths = request["widths"][:-1]
        self.radius = request["radius"]
        self.layers, start = [], 0
        parameters = numpy.array(request["parameters"], dtype=numpy.float32)
        for n_in, n_out in zip(self.widths, self.widths[1:]):
            weights = parameters[start : start + n_in * n_out].reshape(n_out, n_in)
            biases = parameters[start + n_in * n_out : start + (n_in + 1) * n_out]
            start += (n_in + 1) * n_out
            self.layers.append((weights, biases))


def regioncam(work):
    """The planar complex of all hidden layers over a square."""
    import numpy
    import regioncam

    layers = [(numpy.ascontiguousarray(weights.T), biases) for weights, biases in work.layers]
    clock = time.perf_counter()
    complex = regioncam.Regioncam(size=work.radius)
    for weights, biases in layers:
        complex.linear(weights, biases)
        complex.relu()
    regions = complex.num_faces
    return {"seconds": time.perf_counter() - clock, "regions": regions, "vertices": complex.num_vertices}


def edge_subdivision(work):
    """Vertices and edges of all hidden layers over a cube; cells are not put together."""
    import torch
    from NN import Net
    from edge_subdivision import skeletal_subdivision

    network = Net(work.widths)
    with torch.no_grad():
        for linear, (weights, biases) in zip(network.fcs, work.layers):
            linear.weight.copy_(torch.from_numpy(weights))
            linear.bias.copy_(torch.from_numpy(biases))
        box = (-work.radius, work.radius)
        clock = time.perf_counter()
        vertices, _, _ = skeletal_subdivision(network, box, device=torch.device("cpu"), verbose=False)
        return {"seconds": time.perf_counter() - clock, "vertices": len(vertices)}


def relucent(work):
    """Cells in a cube from neighbour to neighbour, by linear programs; stopped after some."""
    import relucent
    import torch

    modules = []
    for weights, biases in work.layers:
        linear = torch.nn.Linear(weights.shape[1], weights.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights))
            linear.bias.copy_(torch.from_numpy(biases))
        modules += [linear, torch.nn.ReLU()]
    modules.append(torch.nn.Linear(work.widths[-1], 1))
    complex = relucent.Complex(torch.nn.Sequential(*modules).double())
    cube = {"cube_radius": work.radius, "cube_mode": "clipped"}
    clock = time.perf_counter()
    found = complex.bfs(max_polys=RELUCENT_CELLS, nworkers=THREADS, verify=False, verbose=0, **cube)
    return {"seconds": time.perf_counter() - clock, "regions": len(complex), "finished": bool(found.complete)}


PEERS = {"regioncam": regioncam, "edge_subdivision": edge_subdivision, "relucent": relucent}
THREADS = 1


class Worker:
    """Answers requests; keeps the prepared network."""

    def versions(self, request):
        global THREADS
        THREADS = request["threads"]
        use_threads(THREADS)
        has_edges = request["edge_subdivision"] is not None
        if has_edges:
            sys.path.insert(0, request["edge_subdivision"])
        return {
            "python": ".".join(map(str, sys.version_info[:3])),
            "numpy": distribution("numpy"),
            "torch": distribution("torch"),
            "regioncam": distribution("regioncam"),
            "relucent": distribution("relucent"),
            "edge_subdivision": "a checkout" if has_edges else None,
        }

    def prepare(self, request):
        self.work = Work(request)
        return {}

    def run(self, request):
        return {"finished": True} | PEERS[request["peer"]](self.work)


serve(Worker())
