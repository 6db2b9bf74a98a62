"""Function environments: forked, kept warm within a bound, honest about errors.

AWS: an environment takes one invocation at a time and survives an exception; the caller learns the exception's class
and stack. ministack: a fresh interpreter and a private copy of the code per function, kept for ever, waits 50 ms for
the logs of a silent handler, dies with an exception, and calls every error Runtime.HandlerError. Here environments
are forked from one prepared process, share unpacked code, and the least recently used idle one goes when there are
too many. This machine has few cores where AWS has many: beyond a few environments of one function an invocation waits
a while for one of them, as another would only slow all of them down.
"""

import os
import threading
import time
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import new_uuid
from ministack.services import lambda_svc

from infra.local.aws.adapters.lambda_packages import packages
from infra.local.aws.environments import Environment, ForkServer, InvocationTimeoutError
from infra.local.aws.settings import Settings
from infra.local.aws.tally import tally

APPLIES_TO = frozenset({"1.5.33"})
LONGEST_WAIT = 5.0  # seconds for an environment that is in use


def import_paths(code: str, layers: list[str]) -> list[str]:
    """What AWS puts before the runtime's own libraries: the code, then each layer's python directories."""
    found = [code]
    for layer in layers:
        found.append(os.path.join(layer, "python"))
        libraries = os.path.join(layer, "python", "lib")
        if os.path.isdir(libraries):
            found += [os.path.join(libraries, name, "site-packages") for name in sorted(os.listdir(libraries))]
    return [path for path in found if os.path.isdir(path)]


class Worker:
    """One environment of one function, in the shape that ministack's pool expects."""

    def __init__(self, forks: ForkServer, name: str, config: dict[str, Any], package: bytes, key: Any) -> None:
        self._forks = forks
        self.key = key
        self.func_name = name
        self.config = config
        self._package = package
        self._proc: Environment | None = None
        self._lock = threading.Lock()
        self._cold = True
        self.in_use = False
        self.last_used = time.time()

    def _configuration(self) -> dict[str, Any]:
        config = self.config
        code = str(packages().unpacked(self._package))
        zips = [lambda_svc._resolve_layer_zip(reference) for reference in config.get("Layers") or []]
        layers = [str(packages().unpacked(data)) for data in zips if data]
        account, region = lambda_runtime._account_region_from_function_config(config)
        name, stream = config["FunctionName"], new_uuid().replace("-", "")
        group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
        environment = {key: os.environ[key] for key in ("PATH", "LANG", "HOME", "TMPDIR") if key in os.environ}
        environment |= {"TZ": ":UTC", "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"]}
        environment |= {k: str(v) for k, v in ((config.get("Environment") or {}).get("Variables") or {}).items()}
        environment |= lambda_runtime.execution_credentials(config)
        environment |= {
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ACCOUNT_ID": account,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime', '')}",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_LOG_GROUP_NAME": group,
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "LAMBDA_TASK_ROOT": code,
            lambda_runtime.HOST_PREFIX_ENV: "true",
        }
        return {
            "code": code,
            "paths": import_paths(code, layers),
            "layers": import_paths(code, layers)[1:],
            "handler": config["Handler"],
            "environment": environment,
            "function_name": name,
            "version": config.get("Version", "$LATEST"),
            "memory": config.get("MemorySize", 128),
            "timeout": config.get("Timeout", 3),
            "log_group": group,
            "log_stream": stream,
        }

    def _spawn(self) -> None:
        self._proc = self._forks.start(self._configuration())

    def _discard_tmpdir(self) -> None:
        """Nothing to discard: unpacked trees are shared."""

    def invoke(
        self,
        event: object,
        request_id: str,
        *,
        trace_id: str | None = None,
        depth: int | None = None,
        durable: dict[str, str] | None = None,
        invoked_function_arn: str | None = None,
    ) -> dict[str, Any]:
        """Run one invocation; return {"result"} as JSON or {"error"}, and {"log"}."""
        variables = {"_X_AMZN_TRACE_ID": trace_id, lambda_runtime.INVOKE_DEPTH_ENV: str(depth) if depth else None}
        message = {
            "event": event,
            "request_id": request_id,
            "arn": invoked_function_arn or self.config.get("FunctionArn", ""),
            "variables": variables | (durable or {}),
        }
        timeout = float(self.config.get("Timeout", 3))
        with self._lock:
            if self._proc is None or self._proc.poll() is not None:
                self._spawn()
            self._cold = False
            environment = self._proc
            assert environment is not None
            try:
                answer = environment.invoke(message, timeout)
            except InvocationTimeoutError:
                answer = failed("Sandbox.Timedout", f"Task timed out after {timeout:.2f} seconds", request_id)
            except (OSError, EOFError):
                answer = failed("Runtime.ExitError", "Runtime exited before it answered", request_id)
            if answer.get("ends"):
                environment.kill()
                self._proc = None
            return answer


def failed(kind: str, message: str, request_id: str) -> dict[str, Any]:
    """The answer in place of an environment that gave none; it may not be used again."""
    error = {"errorType": kind, "errorMessage": f"RequestId: {request_id} Error: {message}"}
    return {"error": error, "ends": True, "log": message}


class Pool:
    """ministack's table of workers with a bound on how many stay, over all functions."""

    def __init__(self, forks: ForkServer, settings: Settings) -> None:
        self._forks = forks
        self._most = settings.max_workers
        self._enough = settings.workers_per_function
        self._released: dict[Any, threading.Condition] = {}
        self._idle_seconds = settings.worker_idle_seconds

    def acquire(
        self,
        name: str,
        config: dict[str, Any],
        package: bytes,
        qualifier: str = "$LATEST",
        max_concurrency: int | None = None,
    ) -> tuple[Worker | None, str]:
        """Lease the environment used last, or a new one; `max_concurrency` is ministack's and is bounded before."""
        del max_concurrency
        key = lambda_runtime._worker_key(name, config, qualifier)
        with lambda_runtime._lock:
            worker = self._idle(key)
            if worker is None and len(lambda_runtime._workers.get(key, ())) >= self._enough:
                worker = self._await_release(key)
            entries = lambda_runtime._workers.setdefault(key, [])
            fresh = worker is None
            if worker is None:
                worker = Worker(self._forks, name, config, package, key)
                entries.append(worker)
            worker.in_use, worker.last_used = True, time.time()
        if fresh:
            self.reap()
        return worker, "spawn" if fresh else "reused"

    def _idle(self, key: Any) -> Worker | None:
        idle = [worker for worker in lambda_runtime._workers.get(key, ()) if not worker.in_use]
        return max(idle, key=lambda one: one.last_used) if idle else None

    def _await_release(self, key: Any) -> Worker | None:
        """The next environment that is free; none after a while: functions that wait for each other must go on."""
        free = self._released.setdefault(key, threading.Condition(lambda_runtime._lock))
        free.wait_for(lambda: self._idle(key) is not None, LONGEST_WAIT)
        return self._idle(key)

    def release(self, worker: Worker | None) -> None:
        """Return a leased environment."""
        if worker is not None:
            with lambda_runtime._lock:
                worker.in_use, worker.last_used = False, time.time()
                if (free := self._released.get(worker.key)) is not None:
                    free.notify()

    def reap(self, ttl: float | None = None) -> int:
        """End environments that are idle for too long or too many; return how many."""
        limit = time.time() - (self._idle_seconds if ttl is None else ttl)
        with lambda_runtime._lock:
            table = lambda_runtime._workers
            total = sum(len(entries) for entries in table.values())
            idle = [(worker.last_used, key, worker) for key, ws in table.items() for worker in ws if not worker.in_use]
            gone = []
            for used, key, worker in sorted(idle, key=lambda entry: entry[0]):
                if used >= limit and total <= self._most:
                    break
                table[key].remove(worker)
                gone.append(worker)
                total -= 1
            for key in [key for key, entries in table.items() if not entries]:
                del table[key]
        lambda_runtime.kill_workers(gone)
        return len(gone)


def execute(pool: Pool, func: dict[str, Any], event: object, request_id: str) -> dict[str, Any]:
    """Invoke `func` and answer in ministack's terms: body, error, log."""
    config, package = func.get("config") or func, func.get("code_zip")
    if not package:
        return {"body": {"errorType": "InvalidCodeException", "errorMessage": "no code deployed"}, "error": True}
    worker, _ = pool.acquire(config["FunctionName"], config, package, config.get("Version", "$LATEST"))
    assert worker is not None
    begun = time.monotonic()
    try:
        answer = worker.invoke(
            event,
            request_id,
            trace_id=lambda_svc._xray_trace_id_for_invocation(config),
            invoked_function_arn=config.get("FunctionArn", ""),
            depth=lambda_svc._invoke_depth.get(),
            durable=lambda_svc._durable_env_overlay(),
        )
    finally:
        pool.release(worker)
        tally.invoked(config["FunctionName"], config.get("MemorySize", 128), time.monotonic() - begun)
    log = answer.get("log", "")
    if "error" in answer:
        return {"body": answer["error"], "error": True, "log": log}
    return {"body": lambda_svc.json.loads(answer["result"]), "log": log}


def apply(settings: Settings) -> None:
    """Start the fork server and put this pool in the place of ministack's."""
    pool = Pool(ForkServer(), settings)
    lambda_runtime.acquire_worker = lambda_svc.acquire_worker = pool.acquire
    lambda_runtime.release_worker = lambda_svc.release_worker = pool.release
    lambda_runtime.reap_idle_workers = lambda_svc.reap_idle_workers = pool.reap
    lambda_svc._execute_function_warm = lambda func, event, request_id: execute(pool, func, event, request_id)

    def reap_for_ever() -> None:
        while True:
            time.sleep(min(10.0, settings.worker_idle_seconds))
            pool.reap()

    threading.Thread(target=reap_for_ever, daemon=True, name="reap-idle-environments").start()
