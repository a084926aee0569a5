"""A droverd that may be killed and started again, on simulated hosts that go on without it.

The scenario needs "[world]" with "state=world"; the file of that name is the judge
(backends/simulated/journal.h).
"""
import collections
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

from rude import BUILD, IMPATIENCE_S, Droverd, ask, extrinsic, intrinsic, reference, value

SERVICE = 'Msvm_VirtualSystemMigrationService'
COMPLETED, COMPLETED_WITH_WARNINGS = 7, 32768
FINAL = {COMPLETED, COMPLETED_WITH_WARNINGS, 8, 9, 10}
Job = collections.namedtuple('Job', 'id state guest destination status percent')
Guest = collections.namedtuple('Guest', 'home state other other_state landings most moving')


def text_of(instance, name):
    found = re.search(rf'"{name}"[^>]*><VALUE>([^<]*)', instance)
    return found[1] if found else ''


class Mortal(Droverd):
    """with Mortal(SCENARIO, LINES...) as droverd: it runs; kill() and launch() as often as you like."""

    def __init__(self, scenario, *lines):
        super().__init__(scenario, *lines)
        self.began = self.ready_s = 0
        self.ready = threading.Event()
        self.service = None

    def __enter__(self):
        self.launch()
        self.await_ready()
        return self

    def launch(self):
        """Does not wait until it is ready."""
        self.ready = threading.Event()
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [os.path.join(BUILD, 'orchestrator/droverd'), '--config', self.config],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.listener = threading.Thread(target=self.listen,
                                         args=(self.process.stderr, self.ready, self.began))
        self.listener.start()

    def listen(self, pipe, ready, began):
        with open(self.log, 'ab') as log:
            for line in pipe:
                log.write(line)
                if b'droverd is ready' in line:
                    self.ready_s = time.monotonic() - began
                    ready.set()

    def await_ready(self):
        end = time.monotonic() + IMPATIENCE_S
        while not self.ready.wait(0.05):
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit('droverd does not start:\n' + self.read_log())

    def kill(self, number=signal.SIGKILL):
        """Its exit status: minus the signal, when it did not end before."""
        self.process.send_signal(number)
        try:
            return self.process.wait(IMPATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.listener.join()
            self.process.stderr.close()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.work, ignore_errors=True)

    # --- what it says --------------------------------------------------------------------------

    def enumerate(self, class_name):
        answer = ask(self, intrinsic('EnumerateInstances',
                                     ClassName=f'<CLASSNAME NAME="{class_name}"/>'))
        if str(answer) != 'OK':
            raise OSError(str(answer))
        return re.findall(r'<VALUE.NAMEDINSTANCE>.*?</VALUE.NAMEDINSTANCE>', answer.body.decode())

    def jobs(self):
        return [Job(text_of(i, 'InstanceID'), int(text_of(i, 'JobState')),
                    text_of(i, 'VirtualSystemName').lower(), text_of(i, 'DestinationHost'),
                    text_of(i, 'JobStatus'), int(text_of(i, 'PercentComplete') or 0))
                for i in self.enumerate('Msvm_MigrationJob')]

    def learn_guests(self, count):
        """UUID -> what a reference to the guest looks like, when all hosts have told theirs."""
        answer = ask(self, intrinsic('EnumerateInstanceNames',
                                     ClassName=f'<CLASSNAME NAME="{SERVICE}"/>'))
        self.service = re.search(r'<INSTANCENAME.*?</INSTANCENAME>', answer.body.decode())[0]
        end = time.monotonic() + IMPATIENCE_S
        while time.monotonic() < end:
            guests = {text_of(i, 'Name').lower(): re.search(r'<INSTANCENAME.*?</INSTANCENAME>', i)[0]
                      for i in self.enumerate('Msvm_ComputerSystem')
                      if text_of(i, 'Caption') == 'Virtual Machine'}
            if len(guests) == count:
                return guests
            time.sleep(0.05)
        raise SystemExit(f'{len(guests)} guests instead of {count}')

    def guest_names(self):
        """UUID -> name."""
        return {text_of(i, 'Name').lower(): text_of(i, 'ElementName')
                for i in self.enumerate('Msvm_ComputerSystem')}

    def migrate(self, guest_name, destination):
        """(answer, job): the answer in one line, the job's InstanceID or None."""
        answer = ask(self, extrinsic('MigrateVirtualSystemToHost', self.service,
                                     ComputerSystem=reference(guest_name),
                                     DestinationHost=value(destination)))
        found = re.search(r'"InstanceID"><KEYVALUE[^>]*>([^<]*)', answer.body.decode())
        return str(answer), found[1] if found else None

    # --- what it left --------------------------------------------------------------------------

    def check_store(self):
        """Of a copy, so that droverd finds its own as it left it: "ok", or what is wrong."""
        with tempfile.TemporaryDirectory(dir=self.work) as place:
            for name in os.listdir(os.path.join(self.work, 'state')):
                if name.startswith('drover.db') and not name.endswith('-shm'):
                    shutil.copy(os.path.join(self.work, 'state', name), place)
            if not os.path.exists(os.path.join(place, 'drover.db')):
                return 'ok'  # it had not come so far
            try:
                store = sqlite3.connect(os.path.join(place, 'drover.db'))
                try:
                    return store.execute('PRAGMA integrity_check').fetchone()[0]
                finally:
                    store.close()
            except sqlite3.Error as error:
                return str(error)

    def read_world(self):
        """(each line's (UUID, Guest), in order): whole lines only."""
        path = os.path.join(self.work, 'world')
        with open(path) as world:
            lines = world.read().split('\n')[1:-1]
        for line in lines:
            words = line.split(' ')
            if words[1] == 'guest':
                home, state, other, other_state, landings, most = words[3:9]
                yield words[2], Guest(home, state, other, other_state, int(landings.split('=')[1]),
                                      int(most.split('=')[1]), len(words) > 9)
