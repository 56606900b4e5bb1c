"""Measures a running fleet; see fleet.sh."""

import argparse
import signal
import sys

import backpressure
import growth
import lanes
import latency
import memory
import scorers
import units
from stack import Stack

MODES = {"latency": latency, "lanes": lanes, "scorers": scorers, "memory": memory, "backpressure": backpressure,
         "growth": growth, "units": units}


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/fleet.sh", description=__doc__)
    modes = parser.add_subparsers(dest="mode", required=True)
    for name, module in MODES.items():
        shows_defaults = argparse.ArgumentDefaultsHelpFormatter
        module.add_options(modes.add_parser(name, description=module.__doc__, formatter_class=shows_defaults))
    return parser.parse_args()


def main():
    options = arguments()
    # As an exception, so that the processes and topics are cleaned up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Stack() as stack:
        return MODES[options.mode].run(stack, options)


if __name__ == "__main__":
    sys.exit(main())
