"""Step PyTorch's AdamW and the SOAP of a soap.py on demand: a request in JSON per line, seconds of a step per line."""
import importlib.util
import json
import os
import sys
import time

import torch

# LAPACK writes its complaints to the standard output: they go to the standard error, and answers to what it was.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
path, workers = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(workers)
spec = importlib.util.spec_from_file_location("soap", path)
soap = importlib.util.module_from_spec(spec)
spec.loader.exec_module(soap)
clock = time.process_time if workers == 1 else time.perf_counter
made = {}


def make(request):
    torch.manual_seed(1)
    params = []
    for shape in request["shapes"]:
        p = torch.nn.Parameter(torch.randn(shape))
        p.grad = torch.randn(shape)
        params.append(p)
    name = request["optimizer"]
    if name == "soap":
        o = soap.SOAP(params, lr=3e-3, betas=(0.95, 0.95), weight_decay=0.01, precondition_frequency=request["every"])
        first = 1 + request["every"]  # the call that makes the basis, and up to the first refresh
    else:
        o = torch.optim.AdamW(params, lr=3e-3, weight_decay=0.01, foreach=name.endswith("foreach"))
        first = 2
    for _ in range(first):
        o.step()
    return o


print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, {torch.__config__.parallel_info().splitlines()[0]}", file=answers, flush=True)
for line in sys.stdin:
    request = json.loads(line)
    key = json.dumps([request["optimizer"], request["shapes"], request["every"]])
    if key not in made:
        made.clear()
        made[key] = make(request)
    o = made[key]
    start = clock()
    for _ in range(request["steps"]):
        o.step()
    print((clock() - start) / request["steps"], file=answers, flush=True)
