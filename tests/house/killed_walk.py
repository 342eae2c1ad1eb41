"""A feeding dossier walked over HTTP while web server and worker are killed under it. Run in the folder of a portal.

usage: python -m tests.house.killed_walk FOLDER      (environment: that of `embedded.Portal`)
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import django
import httpx

django.setup()

from django.core.management import call_command  # noqa: E402 - the settings must be read first
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from portal import installation  # noqa: E402
from portal.demo import stage  # noqa: E402
from portal.outbox.models import OutboxMessage  # noqa: E402
from portal.outbox.operations import LEASE, deliver_due  # noqa: E402
from tests.browser import acts, test_walk  # noqa: E402
from tests.browser.plain import PlainPerson, Send  # noqa: E402
from tests.house.embedded import Portal  # noqa: E402

EVERY = 4  # one sending in so many dies under way
PATIENCE = 4.0  # seconds granted to the worker before its lease is said to have ended


class Reaper:
    """Starts the portal, kills one of its processes while a form is under way, and starts it again."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.chance, self.deaths = portal, random.Random(20260303), 0
        portal.start()
        portal.opened()

    def sender(self, client: httpx.Client) -> Send:
        """Sends requests; what the portal did not answer is sent again as it was, as a browser does when asked to."""

        def send(request: httpx.Request) -> httpx.Response:
            doomed = request.method == "POST" and self.chance.randrange(EVERY) == 0
            killer = self._kill_soon() if doomed else None
            for _ in range(60):
                try:
                    response = client.send(request)
                except httpx.HTTPError:
                    response = None
                if killer:
                    killer.join()
                    self._restart()
                    killer = None
                if response is not None and response.status_code < 500:
                    return response
                self.portal.opened()
            raise AssertionError(str(request.url))

        return send

    def _kill_soon(self) -> threading.Thread:
        victim, delay = self.chance.choice(["granian", "granian", "worker"]), self.chance.uniform(0, 0.2)

        def kill() -> None:
            time.sleep(delay)
            for pid, line in self.portal.descendants().items():
                if victim in line and "serve" not in line:
                    os.kill(pid, signal.SIGKILL)

        self.deaths += 1
        thread = threading.Thread(target=kill)
        thread.start()
        return thread

    def _restart(self) -> None:
        assert self.portal.process
        self.portal.process.wait(timeout=90)  # the fall of one ends the other
        self.portal.end()
        self.portal.start()
        self.portal.opened()


def wait_for_the_worker() -> None:
    """Until every effect is done; what a dead worker had taken comes back once its lease is over."""
    began = time.monotonic()
    while OutboxMessage.objects.pending().exists():
        if time.monotonic() - began > PATIENCE:
            deliver_due(timezone.now() + LEASE, limit=20)
        assert time.monotonic() - began < 60
        time.sleep(0.1)


def main(folder: Path) -> None:
    """Prints DEATHS and the number of kills at the end of a whole walk."""
    call_command("migrate", verbosity=0)
    now = timezone.now()
    installation.install(now)
    authorities = stage.set_scene(now)
    connection.close()
    portal = Portal(folder)
    try:
        reaper = Reaper(portal)
        site = portal.site
        play: Callable[[str], PlainPerson] = lambda key: PlainPerson(site, key, reaper.sender)  # noqa: E731
        acts.work = test_walk.work = wait_for_the_worker
        test_walk.walk(play, authorities, site)  # type: ignore[arg-type]
        print(f"DEATHS {reaper.deaths}")
    finally:
        portal.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
