"""shops.py NAME STOP SEED: the shops of bench/processes/shops.hpp in SimPy.

Prints {"seconds", "waits", "mean_wait"} of one run, as bench_processes does.
"""
import json
import random
import sys
import time

import simpy


class Station:
    """Machines of one kind, how long they work, and how long one waited for them."""

    def __init__(self, env, machines, mean):
        self.env = env
        self.machines = simpy.Resource(env, machines)
        self.rate = 1 / mean
        self.waits = []

    def visit(self):
        came = self.env.now
        with self.machines.request() as machine:
            yield machine
            self.waits.append(self.env.now - came)
            yield self.env.timeout(random.expovariate(self.rate))


def arrivals(env, mean, customer):
    while True:
        yield env.timeout(random.expovariate(1 / mean))
        env.process(customer())


def barbershop(env):
    barber = Station(env, 1, 16)
    env.process(arrivals(env, 18, barber.visit))
    return [barber]


def job_shop(env):
    stages = [Station(env, 2, mean) for mean in (8, 6, 10, 5, 7)]

    def job():
        for stage in stages:
            yield from stage.visit()

    env.process(arrivals(env, 6, job))
    return stages


def rework(env):
    line, repair = Station(env, 3, 5), Station(env, 1, 8)

    def piece():
        yield from line.visit()
        if random.random() < 0.15:
            yield from repair.visit()

    env.process(arrivals(env, 4, piece))
    return [line, repair]


def fab(env):
    cleaning, furnace = Station(env, 2, 12), Station(env, 1, 30)
    lithography, inspection, etching = Station(env, 2, 14), Station(env, 1, 7), Station(env, 2, 14)
    charge = []

    def wafers():
        yield from cleaning.visit()
        done = env.event()
        charge.append(done)
        if len(charge) == 4:
            env.process(burn(charge[:]))
            charge.clear()
        yield done
        while True:
            yield from lithography.visit()
            yield from inspection.visit()
            if random.random() >= 0.15:
                break
        yield from etching.visit()

    def burn(lots):
        yield from furnace.visit()
        for done in lots:
            done.succeed()

    env.process(arrivals(env, 10, wafers))
    return [cleaning, furnace, lithography, inspection, etching]


def let_the_clock_settle():
    """The first tenth of a second of a process runs at a lower clock; Tyche is given the same."""
    start = time.process_time()
    while time.process_time() - start < 0.3:
        pass


def main():
    name, stop, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    random.seed(seed)
    let_the_clock_settle()
    start = time.perf_counter()
    env = simpy.Environment()
    stations = {"barbershop": barbershop, "job_shop": job_shop, "rework": rework, "fab": fab}[name](env)
    env.run(until=stop)
    waits = [wait for station in stations for wait in station.waits]
    mean = sum(waits) / len(waits)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "waits": len(waits), "mean_wait": mean}))


if __name__ == "__main__":
    main()
