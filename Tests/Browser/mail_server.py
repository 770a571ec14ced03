"""A mail server on loopback that takes mail from the program under test, and answers when it is told to."""

import asyncio
import email
import email.policy
import threading

from aiosmtpd.smtp import SMTP, AuthResult

WORDS = "250 2.0.0 Kept in the bottle at the pier"


class MailServer:
    def __init__(self, *, user=None, password=None):
        self.mails = []
        self.sign_ins = []
        self._account = (user, password)
        self._loop = asyncio.new_event_loop()
        self._open = None
        self._server = None
        self._running = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._running.wait(30)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(30)

    @property
    def port(self):
        return self._server.sockets[0].getsockname()[1]

    def hold(self):
        """From here on a mail is heard to its end and not answered, until `release`."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def release(self):
        self._loop.call_soon_threadsafe(self._open.set)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, the name aiosmtpd asks for
        await self._open.wait()
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return WORDS

    def _authenticate(self, server, session, envelope, mechanism, data):
        given = (data.login.decode(), data.password.decode())
        self.sign_ins.append(given)
        return AuthResult(success=given == self._account, handled=False)

    def _protocol(self):
        wants_sign_in = self._account[0] is not None
        return SMTP(
            self, hostname="mail.harbour.example", enable_SMTPUTF8=True, loop=self._loop,
            auth_required=wants_sign_in, auth_require_tls=False, authenticator=self._authenticate,
        )

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._open = asyncio.Event()
        self._open.set()
        self._server = self._loop.run_until_complete(self._loop.create_server(self._protocol, "127.0.0.1", 0))
        self._running.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._hang_up())
        self._loop.close()

    def _stop(self):
        self._open.set()
        self._server.close()
        self._loop.stop()

    async def _hang_up(self):
        """Whoever keeps a line open is not left waiting for an answer."""
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)
