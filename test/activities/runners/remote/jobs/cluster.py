"""A Kubernetes API (kmock) with what kmock leaves out: pods and logs of Jobs, whose commands run on this machine, and a token.

cluster.py FOLDER TOKEN prints its URL. FOLDER/starts has a line for each container that was started, FOLDER/pids its process, FOLDER/deleted
one for each Job deleted. The creation of the Job of the trial whose number is in FOLDER/hold is answered once that file is gone.
"""

import asyncio
import datetime
import json
import os
import re
import signal
import sys

import aiohttp.web
import kmock

FOLDER, TOKEN = sys.argv[1:3]
JOBS = kmock.resource('batch', 'v1', 'jobs')
PODS = kmock.resource('', 'v1', 'pods')


class Cluster(kmock.KubernetesEmulator):
    async def _handle(self, request):
        if request.headers.get('Authorization') != f'Bearer {TOKEN}':
            return aiohttp.web.json_response({'message': f'Unauthorized: {request.headers.get("Authorization")}'}, status=401)
        if request.subresource == 'log':
            path = os.path.join(FOLDER, f'{request.name}.log')
            if not os.path.exists(path):
                return aiohttp.web.json_response({'message': 'container is waiting to start'}, status=400)
            with open(path, encoding='utf-8') as log:
                return aiohttp.web.Response(text=log.read())
        if request.resource == PODS and request.name is None:
            wanted = request.params['labelSelector'].removeprefix('job-name=')
            items = [pod.raw for (kind, _, name), pod in self.objects.items() if kind == PODS and name.startswith(wanted)]
            return aiohttp.web.json_response({'items': items})
        if request.resource == JOBS and request.method == 'DELETE':
            note('deleted', f'{request.name} {request.data["propagationPolicy"]}')
        answer = await super()._handle(request)
        if request.resource == JOBS and request.method == 'POST':
            while (number := held()) and f'-{number}-' in request.data['metadata']['name']:
                await asyncio.sleep(0.05)
        return answer


def held():
    path = os.path.join(FOLDER, 'hold')
    return open(path, encoding='utf-8').read().strip() if os.path.exists(path) else ''


def note(file, line):
    with open(os.path.join(FOLDER, file), 'a', encoding='utf-8') as notes:
        notes.write(f'{line}\n')


def expanded(env):
    """As a kubelet reads variables: $(NAME) is another one's value, $$ a dollar."""
    known = {}
    for variable in env:
        known[variable['name']] = re.sub(
            r'\$\$|\$\((\w+)\)',
            lambda match: '$' if match[0] == '$$' else known.get(match[1], os.environ.get(match[1], match[0])),
            variable['value'],
        )
    return known


async def run(cluster, key):
    """One Job from its creation to its end."""
    _, namespace, name = key
    spec = cluster.objects[key].raw['spec']
    container = spec['template']['spec']['containers'][0]
    pod = (PODS, namespace, f'{name}-x7k2p')
    created = datetime.datetime.now(tz=datetime.UTC).isoformat()
    cluster.objects[pod] = {'metadata': {'name': pod[2], 'namespace': namespace, 'creationTimestamp': created}, 'status': {}}
    message = os.path.join(FOLDER, f'{name}.message')
    with open(os.path.join(FOLDER, f'{pod[2]}.log'), 'wb') as log:
        process = await asyncio.create_subprocess_exec(
            *container['command'],
            env={**os.environ, **expanded(container['env']), 'DTUNE_RESULT': message},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    note('pids', str(process.pid))
    note('starts', f'{name} {cluster.objects[key].raw["metadata"]["annotations"]["durable-tune/key"]}')
    while process.returncode is None:
        if cluster.objects[key].deleted:
            os.killpg(process.pid, signal.SIGKILL)
        try:
            await asyncio.wait_for(process.wait(), 0.05)
        except TimeoutError:
            pass
    if cluster.objects[key].deleted:
        return
    text = open(message, encoding='utf-8').read() if os.path.exists(message) else ''
    terminated = {'exitCode': process.returncode, 'message': text}
    cluster.objects[pod].patch({'status': {'containerStatuses': [{'name': container['name'], 'state': {'terminated': terminated}}]}})
    ended = 'Complete' if process.returncode == 0 else 'Failed'
    reason = None if process.returncode == 0 else 'BackoffLimitExceeded'
    cluster.objects[key].patch({'status': {'conditions': [{'type': ended, 'status': 'True', 'reason': reason}]}})


async def main():
    async with Cluster() as cluster, kmock.Server(cluster) as server:
        print(str(server.url).rstrip('/'), flush=True)
        known, running = set(), []
        while True:
            for key in [key for key in cluster.objects if key[0] == JOBS and key not in known]:
                known.add(key)
                running.append(asyncio.create_task(run(cluster, key)))
            await asyncio.sleep(0.02)


asyncio.run(main())
