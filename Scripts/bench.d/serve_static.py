"""A small static file, beside nginx serving the same one."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from pathlib import Path

import requests

from figures import Figure
from load import put_load
from mail_servers import free_port
from program import HOME, Switchboard
from waiting import wait_for

CONNECTIONS = 32
FILE = "/css/bench.css"
NGINX = """
daemon off;
worker_processes auto;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; etag on; open_file_cache max=100;
    default_type text/css;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{ listen 127.0.0.1:{port}; root {folder}/home/Public; }}
}}
"""


def measure(folder: Path, seconds: int, rounds: int) -> list[Figure]:
    home = folder / "home"
    shutil.copytree(HOME / "Templates", home / "Templates")
    (home / "Public/css").mkdir(parents=True)
    shutil.copytree(HOME / "Public", home / "Public", dirs_exist_ok=True)
    (home / "Public/css/bench.css").write_bytes(b"/* a file of 1 KB */\n" + b"x" * 1003)
    switchboard = Switchboard(folder / "data", home=home).start("--no-delivery")
    nginx = Nginx(folder)
    try:
        theirs = nginx.serve()
        done = [
            (_rate(switchboard.url + FILE, seconds), _rate(theirs, seconds) if theirs else None)
            for _ in range(rounds)]
    finally:
        nginx.stop()
        switchboard.kill()
    beside = "nginx" if theirs else "nginx is not installed"
    return [
        Figure.medians(
            "static", f"a file of 1 KB, {CONNECTIONS} connections", "requests/s", beside, done).ratio_at_least(0.8)]


def _rate(url: str, seconds: int) -> float:
    return put_load(url, connections=CONNECTIONS, seconds=seconds).per_second


class Nginx:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def serve(self) -> str | None:
        """The address of the file; `None` where there is no nginx."""
        program = shutil.which("nginx")
        if not program:
            return None
        port = free_port()
        settings = self.folder / "nginx.conf"
        text = NGINX.format(folder=self.folder, port=port, user=getpass.getuser())
        settings.write_text(text, encoding="utf-8")
        self.process = subprocess.Popen([program, "-c", str(settings)], stderr=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}{FILE}"
        wait_for("nginx answers", lambda: _answers(url), 10)
        return url

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()


def _answers(url: str) -> bool:
    try:
        return len(requests.get(url, timeout=1).content) == 1024
    except requests.ConnectionError:
        return False
