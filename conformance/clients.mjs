// Lets the official Node clients loose on a gateway.   usage: node clients.mjs BASE_URL BACKEND UPSTREAM_URL SCRIPT.json
// SCRIPT.json holds what the scripted server says. Prints one JSON object per case: client, case, ok, reason.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [BASE, BACKEND, UPSTREAM, SCRIPT, MODULES] = process.argv.slice(2);
const require = createRequire(join(MODULES, 'package.json'));
const { default: OpenAI, NotFoundError, BadRequestError, InternalServerError, RateLimitError, APIError } = require('openai');
const { Ollama } = await import(join(MODULES, 'node_modules/ollama/dist/index.mjs'));
const script = JSON.parse(readFileSync(SCRIPT, 'utf8'));
const version = (name) => JSON.parse(readFileSync(join(MODULES, 'node_modules', name, 'package.json'), 'utf8')).version;

const HELLO = [{ role: 'user', content: 'capital?' }];
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const tool = (name, properties) => ({ type: 'function', function: { name, description: name, parameters: { type: 'object', properties } } });
const TOOLS = [tool('get_weather', { city: { type: 'string' }, days: { type: 'integer' } }), tool('get_time', { zone: { type: 'string' } })];
const SCHEMA = { type: 'object', properties: { regime_type: { type: 'string' }, confidence: { type: 'number' } }, required: ['regime_type'] };

const api = new OpenAI({ baseURL: BASE + '/v1', apiKey: 'unused', maxRetries: 0, timeout: 30_000 });
const host = new Ollama({ host: BASE });
const cases = [];
const ALL = ['ollama', 'vllm', 'sandbox'];
const REAL = ['ollama', 'vllm'];
const openai = (name, run, backends = REAL) => cases.push({ client: 'openai', name, run, backends });
const ollama = (name, run, backends = REAL) => cases.push({ client: 'ollama', name, run, backends });

const seen = async () => (await fetch(UPSTREAM + '/seen')).json();
const lastSeen = async () => (await seen()).at(-1).body;
const gather = async (stream) => { const parts = []; for await (const part of stream) parts.push(part); return parts; };
const streamed = async (model, more = {}) => gather(await api.chat.completions.create({ model, messages: HELLO, stream: true, ...more }));
const rows = (chunks) => chunks.flatMap((chunk) => chunk.choices);
const text = (chunks) => rows(chunks).map((row) => row.delta.content ?? '').join('');
const whole = (model, more = {}) => api.chat.completions.create({ model, messages: HELLO, ...more });
const thought = (part) => part.reasoning_content ?? part.reasoning ?? '';

openai('chat-whole', async () => {
  const answer = await whole('tiny-chat');
  if (BACKEND !== 'sandbox') assert.equal(answer.choices[0].message.content, script.PLAIN);
  assert.equal(answer.model, 'tiny-chat');
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
}, ALL);
openai('chat-stream', async () => {
  const chunks = await streamed('tiny-chat');
  assert.equal(text(chunks), (await whole('tiny-chat')).choices[0].message.content);
  assert.equal(chunks[0].choices[0].delta.role, 'assistant');
  assert.equal(new Set(chunks.map((chunk) => chunk.id + chunk.created + chunk.model)).size, 1);
}, ALL);
openai('usage-chunk-only-on-demand', async () => {
  assert(!(await streamed('tiny-chat')).some((chunk) => chunk.usage));
  const chunks = await streamed('tiny-chat', { stream_options: { include_usage: true } });
  assert.deepEqual(chunks.filter((chunk) => chunk.usage).map((chunk) => chunk.choices.length), [0]);
  assert(chunks.at(-1).usage.completion_tokens > 0);
}, ALL);
openai('request-id', async () => assert((await whole('tiny-chat'))._request_id), ALL);
openai('korean-and-odd-text', async () => {
  for (const [model, wanted] of [['tiny-korean', script.KOREAN], ['tiny-odd', script.ODD]]) {
    assert.equal((await whole(model)).choices[0].message.content, wanted);
    assert.equal(text(await streamed(model)), wanted);
  }
});
const check = (calls) => {
  assert.deepEqual(calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]), script.CALLS);
  assert.equal(new Set(calls.map((call) => call.id)).size, calls.length);
};
openai('two-parallel-tools-whole', async () => {
  const [row] = (await whole('tiny-two', { tools: TOOLS })).choices;
  assert.equal(row.finish_reason, 'tool_calls');
  check(row.message.tool_calls);
});
openai('two-parallel-tools-stream-helper', async () => {
  const completion = await api.chat.completions.stream({ model: 'tiny-two', messages: HELLO, tools: TOOLS }).finalChatCompletion();
  check(completion.choices[0].message.tool_calls);
});
openai('thinking', async () => {
  const { message } = (await whole('tiny-think')).choices[0];
  assert.deepEqual([thought(message), message.content], [script.THOUGHT, 'Seoul.']);
  const chunks = await streamed('tiny-think');
  assert.equal(rows(chunks).map((row) => thought(row.delta)).join(''), script.THOUGHT);
  assert.equal(text(chunks), 'Seoul.');
});
openai('json-and-schema', async () => {
  for (const wish of [{ type: 'json_object' }, { type: 'json_schema', json_schema: { name: 'regime', schema: SCHEMA, strict: true } }]) {
    const answer = await whole('tiny-json', { response_format: wish });
    assert.equal(JSON.parse(answer.choices[0].message.content).regime_type, 'RANGING');
  }
});
openai('image', async () => {
  const content = [{ type: 'text', text: 'what is this?' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,' + PNG } }];
  await api.chat.completions.create({ model: 'tiny-chat', messages: [{ role: 'user', content }] });
  assert(JSON.stringify(await lastSeen()).includes(PNG));
});
openai('embeddings-default-and-float', async () => {
  const input = ['hello', '안녕'];
  const packed = await api.embeddings.create({ model: 'tiny-embed', input });
  const plain = await api.embeddings.create({ model: 'tiny-embed', input, encoding_format: 'float' });
  packed.data.forEach((row, at) => {
    assert.equal(row.embedding.length, plain.data[at].embedding.length);
    row.embedding.forEach((value, index) => assert(Math.abs(value - plain.data[at].embedding[index]) < 1e-6));
  });
}, ALL);
openai('models', async () => {
  const names = (await gather(await api.models.list())).map((model) => model.id.replace(/:latest$/, ''));
  const wanted = BACKEND === 'sandbox' ? 'sandbox' : 'tiny-chat';
  assert(names.includes(wanted), names.join());
  assert.equal((await api.models.retrieve(wanted)).id, wanted);
}, ALL);
openai('missing-model', async () => {
  await assert.rejects(whole('nope'), NotFoundError);
  await assert.rejects(streamed('nope'), NotFoundError);
});
openai('bad-request', async () => {
  await assert.rejects(api.chat.completions.create({ model: 'tiny-chat', messages: 'x' }), (trouble) => {
    assert(trouble instanceof BadRequestError, String(trouble));
    assert.deepEqual(Object.keys(trouble.error).sort(), ['code', 'message', 'param', 'type']);
    return true;
  });
}, ALL);
openai('failure-in-stream', async () => {
  for (const model of ['tiny-broken', 'tiny-cut']) await assert.rejects(streamed(model), (trouble) => trouble instanceof APIError && trouble.message.length > 0);
});
openai('failing-server-is-asked-once', async () => {
  const eager = new OpenAI({ baseURL: BASE + '/v1', apiKey: 'unused', maxRetries: 3 });
  const before = (await seen()).length;
  await assert.rejects(eager.chat.completions.create({ model: 'tiny-down', messages: HELLO }), InternalServerError);
  assert.equal((await seen()).length - before, 1, 'calls upstream');
});
openai('several-answers', async () => {
  const wanted = [[0, script.PLAIN], [1, script.PLAIN]]; // Ollama has no n: there the gateway asks it once for each answer.
  for (const temperature of [0.5, 0]) { // vLLM refuses n at temperature 0; nobody sees that.
    const answer = await whole('tiny-chat', { n: 2, temperature });
    assert.deepEqual(answer.choices.map((row) => [row.index, row.message.content]), wanted);
  }
});
openai('signs-of-life', async () => {
  const impatient = new OpenAI({ baseURL: BASE + '/v1', apiKey: 'unused', maxRetries: 0, timeout: 2500 });
  // For a whole answer its time-out is one for everything, which no sign of life prolongs.
  const late = await impatient.chat.completions.create({ model: 'tiny-late', messages: HELLO, stream: true });
  assert.equal(text(await gather(late)), script.PLAIN);
}, ['edges']);
openai('spent-budget-is-asked-once', async () => {
  let asked = 0;
  const counting = (...request) => { asked++; return fetch(...request); };
  const eager = new OpenAI({ baseURL: BASE + '/v1', apiKey: 'unused', maxRetries: 4, fetch: counting });
  await assert.rejects(eager.chat.completions.create({ model: 'deepseek-flash', messages: HELLO }), (trouble) => {
    assert.deepEqual([trouble instanceof RateLimitError, trouble.type, trouble.code, asked], [true, 'insufficient_quota', 'budget_exceeded', 1]);
    return true;
  });
}, ['edges']);
openai('logprobs', async () => {
  const chunks = await streamed('tiny-chat', { logprobs: true, top_logprobs: 1 });
  assert.equal(rows(chunks).flatMap((row) => row.logprobs?.content ?? []).map((row) => row.token).join(''), script.PLAIN);
});
openai('length-and-stop', async () => {
  assert.equal((await whole('tiny-long', { max_tokens: 3 })).choices[0].finish_reason, 'length');
  assert.equal((await whole('tiny-chat', { stop: ' capital' })).choices[0].message.content, 'Seoul is the');
});
openai('completions', async () => {
  assert.equal((await api.completions.create({ model: 'tiny-chat', prompt: 'hi', max_tokens: 100 })).choices[0].text, script.PLAIN);
  const chunks = await gather(await api.completions.create({ model: 'tiny-chat', prompt: 'hi', max_tokens: 100, stream: true }));
  assert.equal(rows(chunks).map((row) => row.text).join(''), script.PLAIN);
});
openai('leaving-early', async () => {
  const stream = await api.chat.completions.create({ model: 'tiny-slow', messages: HELLO, stream: true });
  const before = await (await fetch(UPSTREAM + '/left')).json();
  let parts = 0;
  for await (const _ of stream) if (++parts === 5) break;
  for (let round = 0; round < 50; round++) {
    if ((await (await fetch(UPSTREAM + '/left')).json()) > before) return;
    await new Promise((go) => setTimeout(go, 100));
  }
  assert.fail('the server behind still writes 5 seconds after its reader left');
});
openai('waits-as-long-as-told', async () => {
  let refusal;
  for (let call = 0; call < 20 && !refusal; call++) await whole('tiny-chat').catch((trouble) => { refusal = trouble; });
  assert(refusal instanceof RateLimitError, String(refusal));
  const wait = Number(refusal.headers.get('retry-after'));
  assert(wait >= 1 && wait <= 60, 'retry-after is ' + wait);
  const begun = Date.now();
  await new OpenAI({ baseURL: BASE + '/v1', apiKey: 'unused', maxRetries: 4 }).chat.completions.create({ model: 'tiny-chat', messages: HELLO });
  assert(Date.now() - begun >= (wait - 1.2) * 1000, 'the client did not wait');
}, ['limits']);

const chat = (model, more = {}) => host.chat({ model, messages: HELLO, ...more });
const parts = async (model, more = {}) => gather(await host.chat({ model, messages: HELLO, stream: true, ...more }));
const words = (list) => list.map((part) => part.message.content).join('');
const status = (code, named) => (trouble) => {
  assert.equal(trouble.status_code, code, String(trouble));
  assert(trouble.message.includes(named), trouble.message);
  return true;
};

ollama('chat-whole', async () => {
  const answer = await chat('tiny-chat');
  if (BACKEND !== 'sandbox') assert.equal(answer.message.content, script.PLAIN);
  assert.deepEqual([answer.model, answer.done, answer.done_reason], ['tiny-chat', true, 'stop']);
}, ALL);
ollama('chat-stream', async () => {
  const list = await parts('tiny-chat');
  assert.equal(words(list), (await chat('tiny-chat')).message.content);
  assert.equal(list.filter((part) => part.done).length, 1);
}, ALL);
ollama('metrics', async () => {
  const last = (await gather(await host.generate({ model: 'tiny-chat', prompt: 'x', stream: true }))).at(-1);
  for (const name of ['total_duration', 'load_duration', 'prompt_eval_count', 'prompt_eval_duration', 'eval_count', 'eval_duration']) assert(last[name] > 0, name);
}, ALL);
ollama('generate', async () => {
  assert.equal((await host.generate({ model: 'tiny-chat', prompt: 'x' })).response, script.PLAIN);
});
ollama('korean-and-odd-text', async () => {
  for (const [model, wanted] of [['tiny-korean', script.KOREAN], ['tiny-odd', script.ODD]]) {
    assert.equal((await chat(model)).message.content, wanted);
    assert.equal(words(await parts(model)), wanted);
  }
});
ollama('two-parallel-tools', async () => {
  const calls = (list) => list.map((call) => [call.function.name, call.function.arguments]);
  assert.deepEqual(calls((await chat('tiny-two', { tools: TOOLS })).message.tool_calls), script.CALLS);
  assert.deepEqual(calls((await parts('tiny-two', { tools: TOOLS })).flatMap((part) => part.message.tool_calls ?? [])), script.CALLS);
});
ollama('thinking', async () => {
  const { message } = await chat('tiny-think', { think: true });
  assert.deepEqual([message.thinking, message.content], [script.THOUGHT, 'Seoul.']);
  const list = await parts('tiny-think', { think: true });
  assert.deepEqual([list.map((part) => part.message.thinking ?? '').join(''), words(list)], [script.THOUGHT, 'Seoul.']);
});
ollama('json-and-schema', async () => {
  for (const format of ['json', SCHEMA]) assert.equal(JSON.parse((await chat('tiny-json', { format })).message.content).regime_type, 'RANGING');
});
ollama('image', async () => {
  await host.chat({ model: 'tiny-chat', messages: [{ role: 'user', content: 'x', images: [PNG] }] });
  assert(JSON.stringify(await lastSeen()).includes(PNG));
});
ollama('embed', async () => {
  const { embeddings } = await host.embed({ model: 'tiny-embed', input: ['hello', '안녕'] });
  for (const vector of embeddings) assert(Math.abs(vector.reduce((sum, value) => sum + value * value, 0) - 1) < 1e-5);
  assert.equal((await host.embeddings({ model: 'tiny-embed', prompt: 'hello' })).embedding.length, embeddings[0].length);
}, ALL);
ollama('list-show-ps', async () => {
  const wanted = BACKEND === 'sandbox' ? 'sandbox' : 'tiny-chat';
  assert((await host.list()).models.some((model) => model.name.startsWith(wanted) && model.details));
  assert((await host.show({ model: wanted })).model_info);
  assert((await host.ps()).models.every((model) => !Number.isNaN(Date.parse(model.expires_at))));
}, ALL);
ollama('pull', async () => {
  assert.equal((await host.pull({ model: 'tiny-chat' })).status, 'success');
  assert.equal((await gather(await host.pull({ model: 'tiny-chat', stream: true }))).at(-1).status, 'success');
});
ollama('missing-model', async () => {
  await assert.rejects(chat('nope'), status(404, 'nope'));
  await assert.rejects(parts('nope'), status(404, 'nope'));
  await assert.rejects(host.embed({ model: 'nope', input: 'x' }), status(404, 'nope'));
});
ollama('bad-request', async () => {
  await assert.rejects(host.chat({ model: 'tiny-chat', messages: 'x' }), status(400, 'cannot unmarshal string'));
}, ALL);
ollama('failure-in-stream', async () => {
  for (const model of ['tiny-broken', 'tiny-cut']) await assert.rejects(parts(model), (trouble) => trouble.message.length > 0);
});
ollama('signs-of-life', async () => {
  assert.equal(words(await parts('tiny-late')), script.PLAIN);
  assert.equal((await chat('tiny-late')).message.content, script.PLAIN);
}, ['edges']);
ollama('load-and-unload', async () => {
  assert.equal((await host.generate({ model: 'tiny-chat', prompt: '' })).done_reason, 'load');
  assert.equal((await host.generate({ model: 'tiny-chat', prompt: '', keep_alive: 0 })).done_reason, 'unload');
}, ALL);
ollama('version', async () => assert.match((await host.version()).version, /^\d+\.\d+\.\d+$/), ALL);

for (const { client, name, run, backends } of cases) {
  if (!backends.includes(BACKEND)) continue;
  let reason = '';
  try {
    await run();
  } catch (trouble) {
    const line = /clients\.mjs:(\d+)/.exec(trouble?.stack ?? '');
    reason = `${trouble?.name}: ${String(trouble?.message).replaceAll('\n', ' ').slice(0, 300)}${line ? ` (line ${line[1]})` : ''}`;
  }
  console.log(JSON.stringify({ client: `${client} ${version(client)} (Node)`, case: name, ok: !reason, reason }));
}
