"""Print the tensors of a safetensors file as JSON: name -> [dtype, shape, bytes in hexadecimal].

Reads by the description of the format (https://github.com/huggingface/safetensors), with the standard library only, and
fails where a file breaks it. If the safetensors package is installed, that must read the same.
"""
import json
import struct
import sys

SIZES = {"F32": 4, "F64": 8}


def main(path):
    with open(path, "rb") as f:
        raw = f.read()
    (length,) = struct.unpack_from("<Q", raw)
    assert length <= 100_000_000 and 8 + length <= len(raw), "length of the header"
    text = raw[8 : 8 + length].decode("utf-8")
    assert text.startswith("{"), "the header must begin with {"

    def unique(pairs):
        keys = [k for k, _ in pairs]
        assert len(keys) == len(set(keys)), "a key stands twice"
        return dict(pairs)

    header = json.loads(text, object_pairs_hook=unique)
    metadata = header.pop("__metadata__")
    assert all(isinstance(v, str) for v in metadata.values()), "metadata are strings"
    data, end, out = raw[8 + length :], 0, {}
    for name, t in sorted(header.items(), key=lambda x: x[1]["data_offsets"]):
        assert set(t) == {"dtype", "shape", "data_offsets"}, name
        lo, hi = t["data_offsets"]
        assert lo == end, f"{name}: hole or overlap"
        count = 1
        for d in t["shape"]:
            count *= d
        assert hi - lo == count * SIZES[t["dtype"]], f"{name}: length"
        assert (8 + length + lo) % SIZES[t["dtype"]] == 0, f"{name}: alignment"
        out[name], end = [t["dtype"], t["shape"], data[lo:hi].hex()], hi
    assert end == len(data), "bytes behind the last tensor"
    try:
        from safetensors import deserialize
    except ImportError:
        print("the safetensors package is not installed", file=sys.stderr)
    else:
        package = {name: [t["dtype"], t["shape"], bytes(t["data"]).hex()] for name, t in deserialize(raw)}
        assert package == out, "the safetensors package reads something else"
        print("the safetensors package agrees", file=sys.stderr)
    json.dump({"metadata": metadata, "tensors": out}, sys.stdout)


main(sys.argv[1])
