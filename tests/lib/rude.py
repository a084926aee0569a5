"""A droverd of one's own, and a client for it that has no manners: for test scripts in Python.

with Droverd(SCENARIO, HTTP-LINES...) as droverd:     DROVER_BUILD names meson's build directory
    answer = ask(droverd, intrinsic('EnumerateClassNames'), 'tcp')
    print(answer)                             "OK", "error 5: ...", "400 header-mismatch: ..."
"""
import html
import os
import re
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get('DROVER_BUILD', os.path.join(ROOT, 'build'))
NAMESPACE = 'root/virtualization/v2'
IMPATIENCE_S = 15  # a socket that is silent for so long is a failure


# --- droverd ------------------------------------------------------------------------------------

class Droverd:
    """A droverd of one's own, in a directory of its own; ends with the "with"."""

    def __init__(self, scenario, *http_lines):
        self.work = tempfile.mkdtemp(prefix='drover.')
        self.socket = os.path.join(self.work, 'sock')
        self.log = os.path.join(self.work, 'droverd.log')
        self.config = self.write_config(scenario, http_lines)
        self.process = None
        self.port = 0

    def write_config(self, scenario, http_lines):
        """A scenario's hosts are droverd's too."""
        place = os.path.join(self.work, 'scenario.conf')
        config = os.path.join(self.work, 'drover.conf')
        hosts = re.findall(r'(?m)^\[host (\S+)\]', scenario)
        with open(place, 'w') as out:
            out.write(scenario)
        with open(config, 'w') as out:
            out.write('[daemon]\nbackend=simulated\n'
                      f'scenario={place}\nstate_dir={self.work}/state\n'
                      f'socket={self.socket}\nhttp_listen=127.0.0.1:0\n[http]\n')
            out.writelines(line + '\n' for line in http_lines)
            out.write('[access]\nadministrators=user:root http\n')  # rude, but let in
            out.writelines(f'[host {h}]\nuri=simulated:///{h}\n' for h in hosts)
        return config

    def __enter__(self):
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen(
                [os.path.join(BUILD, 'orchestrator/droverd'), '--config', self.config],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                # What is freed is gone at once, so that what is resident is what droverd keeps.
                env={**os.environ, 'MALLOC_MMAP_THRESHOLD_': '8192'})
        try:
            self.port = self.await_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def await_ready(self):
        end = time.monotonic() + IMPATIENCE_S
        while time.monotonic() < end and self.process.poll() is None:
            found = re.search(r'droverd is ready.* HTTP port (\d+)', self.read_log())
            if found:
                return int(found[1])
            time.sleep(0.02)
        raise SystemExit('droverd does not start:\n' + self.read_log())

    def stop(self):
        """Ends it, and returns its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(IMPATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return self.process.returncode

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.work, ignore_errors=True)

    def read_log(self):
        with open(self.log, errors='replace') as log:
            return log.read()

    def connect(self, transport, patience_s=IMPATIENCE_S):
        """OSError when there is no place in the queue of connections for so long."""
        family = socket.AF_UNIX if transport == 'unix' else socket.AF_INET
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO,
                              struct.pack('ll', patience_s, 0))
        try:
            connection.connect(self.socket if transport == 'unix' else ('127.0.0.1', self.port))
        except OSError:
            connection.close()
            raise
        return connection

    def resident_kib(self):
        with open(f'/proc/{self.process.pid}/status') as status:
            return int(re.search(r'VmRSS:\s+(\d+)', status.read())[1])

    def peak_kib(self):
        with open(f'/proc/{self.process.pid}/status') as status:
            return int(re.search(r'VmHWM:\s+(\d+)', status.read())[1])


# --- HTTP, as rude as one likes -----------------------------------------------------------------

class Answer:
    """What came back.  str() tells it in one line, to be compared with what was expected."""

    def __init__(self, data, closed):
        head, _, self.body = data.partition(b'\r\n\r\n')
        first, *lines = head.decode('latin-1').split('\r\n')
        self.status = int(first.split()[1]) if first.startswith('HTTP/') else 0
        self.headers = {k.lower(): v.strip() for k, _, v in (line.partition(':') for line in lines)}
        self.closed = closed

    def header(self, name):
        return self.headers.get(name.lower(), '')

    def __str__(self):
        text = self.body.decode('utf-8', 'replace')
        error = re.search(r'<ERROR CODE="(\d+)" DESCRIPTION="([^"]*)"', text)
        value = re.search(r'<RETURNVALUE PARAMTYPE="\w+"><VALUE>(\d+)</VALUE>', text)
        if self.status == 0:
            return 'closed' if self.closed else 'silence'
        if self.status != 200:
            # libmicrohttpd's own refusals have HTML behind them; it says no more than the status.
            reason = text.strip() if self.header('Content-Type').startswith('text/plain') else ''
            told = f'{self.status} {self.header("CIMError")}'.strip()
            return f'{told}: {reason}' if reason else told
        if error:
            return f'error {error[1]}: {html.unescape(error[2])}'
        return f'returns {value[1]}' if value else 'OK'


def is_whole(data):
    head, found, body = data.partition(b'\r\n\r\n')
    length = re.search(rb'(?i)\r\ncontent-length: *(\d+)', head)
    return bool(found) and length is not None and len(body) >= int(length[1])


def await_any(connection, to_write, wait_s):
    """(readable, writable): poll(), because select() ends at descriptor 1023."""
    poller = select.poll()
    poller.register(connection, select.POLLIN | (select.POLLOUT if to_write else 0))
    events = sum(event for _, event in poller.poll(wait_s * 1000))
    return events & ~select.POLLOUT, events & select.POLLOUT


def converse(connection, chunks, pause_s=0, patience_s=IMPATIENCE_S):
    """Sends the chunks (with pauses) for as long as droverd takes them and has not answered."""
    pending, data, chunks, closed = b'', b'', iter(chunks), False
    connection.setblocking(False)
    while not is_whole(data):
        if not pending and chunks:
            pending = next(chunks, b'')
            chunks = chunks if pending else None
        readable, writable = await_any(connection, pending,
                                       pause_s if chunks and pause_s else patience_s)
        if readable:
            try:
                more = connection.recv(65536)
            except ConnectionError:
                more = b''
            data += more
            if not more:
                closed = True
                break
        elif writable:
            try:
                pending = pending[connection.send(pending):]
            except ConnectionError:  # the answer may still be there to be read
                pending, chunks = b'', None
            if pause_s:
                await_any(connection, False, pause_s)
        elif not (pause_s and chunks):
            break
    return Answer(data, closed)


def head(verb='POST', path='/cimom', version='HTTP/1.1', **changes):
    """A request's head; a header that is None is left out, a list is sent more than once."""
    headers = {'Host': 'droverd', 'Content-Type': 'application/xml; charset=utf-8',
               'CIMOperation': 'MethodCall'}
    headers.update((name.replace('_', '-'), value) for name, value in changes.items())
    lines = [f'{verb} {path} {version}']
    for name, value in headers.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                lines.append(f'{name}: {one}')
    return ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1')


def post(body, verb='POST', path='/cimom', **headers):
    body = body.encode() if isinstance(body, str) else body
    return head(verb, path, **{'Content_Length': str(len(body)), **headers}) + body


def chunk(data):
    return b'%x\r\n%s\r\n' % (len(data), data)


# --- CIM ----------------------------------------------------------------------------------------

def name_space(name):
    names = ''.join(f'<NAMESPACE NAME="{part}"/>' for part in name.split('/'))
    return f'<LOCALNAMESPACEPATH>{names}</LOCALNAMESPACEPATH>'


def message(call, kind='SIMPLEREQ', cim='2.0', dtd='2.0', protocol='1.0'):
    return (f'<?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="{cim}" DTDVERSION="{dtd}">'
            f'<MESSAGE ID="1" PROTOCOLVERSION="{protocol}"><{kind}>{call}</{kind}></MESSAGE></CIM>')


def instance_name(class_name, **keys):
    bindings = ''.join(f'<KEYBINDING NAME="{name}"><KEYVALUE VALUETYPE="string">'
                       f'{html.escape(value)}</KEYVALUE></KEYBINDING>' for name, value in keys.items())
    return f'<INSTANCENAME CLASSNAME="{class_name}">{bindings}</INSTANCENAME>'


def intrinsic(method, space=NAMESPACE, **parameters):
    values = ''.join(f'<IPARAMVALUE NAME="{n}">{v}</IPARAMVALUE>' for n, v in parameters.items())
    return message(f'<IMETHODCALL NAME="{method}">{name_space(space)}{values}</IMETHODCALL>')


def extrinsic(method, target, space=NAMESPACE, **parameters):
    values = ''.join(f'<PARAMVALUE NAME="{n}">{v}</PARAMVALUE>' for n, v in parameters.items())
    return message(f'<METHODCALL NAME="{method}"><LOCALINSTANCEPATH>{name_space(space)}{target}'
                   f'</LOCALINSTANCEPATH>{values}</METHODCALL>')


def value(text):
    return f'<VALUE>{html.escape(text)}</VALUE>'


def values(*texts):
    return '<VALUE.ARRAY>' + ''.join(value(text) for text in texts) + '</VALUE.ARRAY>'


def reference(name):
    return f'<VALUE.REFERENCE>{name}</VALUE.REFERENCE>'


def embedded(class_name, **properties):
    inside = ''.join(f'<PROPERTY NAME="{n}" TYPE="string">{value(v)}</PROPERTY>'
                     for n, v in properties.items())
    return f'<INSTANCE CLASSNAME="{class_name}">{inside}</INSTANCE>'


def ask(droverd, body, transport='unix', **headers):
    with droverd.connect(transport) as connection:
        return converse(connection, [post(body, **headers)])
