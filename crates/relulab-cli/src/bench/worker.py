"""What the workers of all benchmarks share: this file goes before the script of each.

A worker answers one JSON document a line, requests on stdin, replies on stdout, in the same order. A request names
what it asks for: {"ask": "versions", …} calls the method of that name. What cannot be done is answered by
{"error": "one line"}.
"""

import sys

# "python -c" looks for modules in the current folder first, where a file may be called anything.
sys.path = [entry for entry in sys.path if entry]

import json
import os
import queue
import signal
import threading
import time


def use_threads(threads):
    """Holds all libraries to a number of threads; to be called before they are imported."""
    os.environ["JAX_PLATFORMS"] = "cpu"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    os.environ["NPROC"] = os.environ["OMP_NUM_THREADS"] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def version_of(package):
    """The version of an installed package; None when it cannot be imported."""
    try:
        return __import__(package).__version__
    except Exception:  # A broken installation raises anything; it counts as none.
        return None


def read_requests(lines, requests):
    """Queues the lines; ends this process as soon as relulab has gone, whatever it is computing."""
    for line in lines:
        requests.put(line)
    os._exit(0)


def answer(worker, line):
    request = json.loads(line)
    try:
        return getattr(worker, request["ask"])(request)
    except Exception as error:  # Whatever a peer raises is an answer: the other peers go on.
        return {"error": " ".join(f"{type(error).__name__}: {error}".split())[:300]}


def serve(worker):
    # Libraries may print: what they print goes to stderr, and replies keep stdout to themselves.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Processes that a library forks close their stdin at once, and would wait for ever for one that is being read.
    lines = os.fdopen(os.dup(0))
    sys.stdin = open(os.devnull)
    requests = queue.Queue()
    threading.Thread(target=read_requests, args=(lines, requests), daemon=True).start()
    while True:
        print(json.dumps(answer(worker, requests.get())), file=replies, flush=True)
