"""What a peer speaks: a line of JSON in, a line of JSON out."""
import json
import os
import sys


def serve(about, answer):
    """Says `about`, then answers each request until the input ends. Whatever else prints goes to stderr."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps(about), file=out, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(**json.loads(line))), file=out, flush=True)
