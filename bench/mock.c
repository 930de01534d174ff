// A language model server that costs nothing: one thread, one port, fixed answers. It is the upstream of the benchmark.
//
//   build/mock PORT
//
// What a call gets is written in its model's name, so that one mock serves every kind of call through any gateway:
//   bench                     a whole answer of 600 bytes at once, or a stream of 5 pieces at once
//   bench-t50                 after 50 ms
//   bench-c160-p50            a stream of 160 pieces, one each 50 ms
// Every piece carries the time at which it was due ("t=" and 18 digits of CLOCK_MONOTONIC in ns), so that whoever reads
// it on this machine knows how late it came.
//
// POST /v1/chat/completions   OpenAI's form: whole, or server-sent events with role, usage (if asked) and [DONE]
// POST /api/chat              Ollama's form: whole, or NDJSON
// GET  /count                 how many calls were answered so far
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_CONNECTIONS 16384
#define BODY_BYTES 600
#define MOST_REQUEST (64 << 20)

typedef struct {
  int fd;
  char *in;  // request bytes, from the start of the current request
  size_t in_length, in_room;
  size_t seen;  // how far the end of the head has been looked for
  char *out;    // answer bytes that the socket did not take
  size_t out_length, out_from, out_room;
  // the call under way
  int busy, stream, ollama, usage;
  int pieces, sent, pace_ms, think_ms;
  long long due;
  int heap_at;  // place in the heap plus one; 0: not in it
} Connection;

static Connection *connections[MOST_CONNECTIONS];
static Connection *heap[MOST_CONNECTIONS + 1];
static int heap_size, poll_fd;
static long long answered;
static char whole_openai[2048], whole_ollama[2048];
static int whole_openai_length, whole_ollama_length;

static long long now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void *grown(void *old, size_t room) {
  void *memory = realloc(old, room);
  if (!memory) {
    fprintf(stderr, "mock: out of memory\n");
    exit(1);
  }
  return memory;
}

// ---- what is due when: a binary heap

static void heap_put(int at, Connection *c) {
  heap[at] = c;
  c->heap_at = at;
}

static void heap_up(int at) {
  Connection *c = heap[at];
  for (; at > 1 && heap[at / 2]->due > c->due; at /= 2) heap_put(at, heap[at / 2]);
  heap_put(at, c);
}

static void heap_down(int at) {
  Connection *c = heap[at];
  for (int child; (child = at * 2) <= heap_size; at = child) {
    if (child < heap_size && heap[child + 1]->due < heap[child]->due) child++;
    if (heap[child]->due >= c->due) break;
    heap_put(at, heap[child]);
  }
  heap_put(at, c);
}

static void heap_add(Connection *c) {
  heap_put(++heap_size, c);
  heap_up(heap_size);
}

static void heap_remove(Connection *c) {
  int at = c->heap_at;
  if (!at) return;
  c->heap_at = 0;
  Connection *last = heap[heap_size--];
  if (last == c) return;
  heap_put(at, last);
  heap_up(at);
  heap_down(last->heap_at);
}

// ---- connections

static void drop(Connection *c) {
  heap_remove(c);
  connections[c->fd] = NULL;
  close(c->fd);
  free(c->in);
  free(c->out);
  free(c);
}

static void watch(Connection *c, int writing) {
  struct epoll_event e = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.fd = c->fd};
  epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &e);
}

// What the socket does not take now waits in the connection. Returns 0 when the connection is gone.
static int put(Connection *c, const char *bytes, size_t length) {
  if (c->out_length == 0) {
    ssize_t n = send(c->fd, bytes, length, MSG_NOSIGNAL);
    if (n == (ssize_t)length) return 1;
    if (n < 0) {
      if (errno != EAGAIN && errno != EWOULDBLOCK) return 0;
      n = 0;
    }
    bytes += n;
    length -= n;
    watch(c, 1);
  }
  if (c->out_room < c->out_from + c->out_length + length) {
    c->out_room = (c->out_from + c->out_length + length) * 2;
    c->out = grown(c->out, c->out_room);
  }
  memcpy(c->out + c->out_from + c->out_length, bytes, length);
  c->out_length += length;
  return 1;
}

static int flush(Connection *c) {
  while (c->out_length) {
    ssize_t n = send(c->fd, c->out + c->out_from, c->out_length, MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    c->out_from += n;
    c->out_length -= n;
  }
  c->out_from = 0;
  watch(c, 0);
  return 1;
}

// ---- answers

static const char *TEXT = "The sluice opens, and the water finds its way.";

static void prepare(void) {
  char body[1024], text[1024];
  for (int form = 0; form < 2; form++) {
    int pad = 0, length = 0;
    do {
      snprintf(text, sizeof text, "%s%.*s", TEXT, pad,
               " It turns the wheel, it fills the field, it runs on to the sea; and in the evening the gate comes down"
               " again, and the pond is still. It turns the wheel, it fills the field, it runs on to the sea; and in the"
               " evening the gate comes down again, and the pond is still. It turns the wheel, it fills the field, it"
               " runs on to the sea; and in the evening the gate comes down again.");
      length = form == 0
                   ? snprintf(body, sizeof body,
                              "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1700000000,"
                              "\"model\":\"bench\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                              "\"content\":\"%s\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{"
                              "\"prompt_tokens\":20,\"completion_tokens\":80,\"total_tokens\":100}}",
                              text)
                   : snprintf(body, sizeof body,
                              "{\"model\":\"bench\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":"
                              "\"assistant\",\"content\":\"%s\"},\"done\":true,\"done_reason\":\"stop\","
                              "\"total_duration\":1000000,\"load_duration\":1000,\"prompt_eval_count\":20,"
                              "\"prompt_eval_duration\":1000,\"eval_count\":80,\"eval_duration\":1000}",
                              text);
    } while (length < BODY_BYTES && ++pad < 400);
    char *whole = form == 0 ? whole_openai : whole_ollama;
    int *whole_length = form == 0 ? &whole_openai_length : &whole_ollama_length;
    *whole_length = sprintf(whole, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                            length, body);
  }
}

static int chunk(char *to, const char *bytes, int length) {
  int n = sprintf(to, "%x\r\n", length);
  memcpy(to + n, bytes, length);
  memcpy(to + n + length, "\r\n", 2);
  return n + length + 2;
}

static int event(char *to, const char *delta, const char *finish) {
  char line[512];
  int n = sprintf(line,
                  "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                  "\"model\":\"bench\",\"choices\":[{\"index\":0,\"delta\":{%s},\"finish_reason\":%s}]}\n\n",
                  delta, finish);
  return chunk(to, line, n);
}

static int begin_stream(char *to, const Connection *c) {
  int n = sprintf(to, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n",
                  c->ollama ? "application/x-ndjson" : "text/event-stream; charset=utf-8");
  return c->ollama ? n : n + event(to + n, "\"role\":\"assistant\",\"content\":\"\"", "null");
}

static int piece(char *to, const Connection *c) {
  char text[256];
  if (!c->ollama) {
    sprintf(text, "\"content\":\"t=%018lld \"", c->due);
    return event(to, text, "null");
  }
  int n = sprintf(text,
                  "{\"model\":\"bench\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
                  "\"content\":\"t=%018lld \"},\"done\":false}\n",
                  c->due);
  return chunk(to, text, n);
}

static int end_stream(char *to, const Connection *c) {
  char text[512];
  int n = 0;
  if (c->ollama) {
    int length = sprintf(text,
                         "{\"model\":\"bench\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":"
                         "\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"total_duration\":"
                         "1000000,\"prompt_eval_count\":20,\"eval_count\":%d,\"eval_duration\":1000}\n",
                         c->pieces);
    n = chunk(to, text, length);
  } else {
    n = event(to, "", "\"stop\"");
    if (c->usage) {
      int length = sprintf(text,
                           "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":"
                           "1700000000,\"model\":\"bench\",\"choices\":[],\"usage\":{\"prompt_tokens\":20,"
                           "\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n",
                           c->pieces, c->pieces + 20);
      n += chunk(to + n, text, length);
    }
    n += chunk(to + n, "data: [DONE]\n\n", 14);
  }
  return n + sprintf(to + n, "0\r\n\r\n");
}

static int finish(Connection *c);

// Sends all that is due now. Returns 0 when the connection is gone.
static int advance(Connection *c, long long now) {
  if (!c->stream) {
    answered++;
    if (!put(c, c->ollama ? whole_ollama : whole_openai, c->ollama ? whole_ollama_length : whole_openai_length))
      return 0;
    return finish(c);
  }
  char bytes[4096];
  while (c->due <= now) {
    int n = c->sent == 0 ? begin_stream(bytes, c) : 0;
    n += piece(bytes + n, c);
    c->sent++;
    int over = c->sent == c->pieces;
    if (over) n += end_stream(bytes + n, c);
    if (!put(c, bytes, n)) return 0;
    if (over) {
      answered++;
      return finish(c);
    }
    c->due += c->pace_ms * 1000000LL;
  }
  heap_add(c);
  return 1;
}

// ---- requests

static int number_after(const char *name, const char *end, char letter, int otherwise) {
  for (; name + 1 < end; name++)
    if (name[0] == '-' && name[1] == letter) return atoi(name + 2);
  return otherwise;
}

static int has(const char *body, size_t length, const char *word) {
  return memmem(body, length, word, strlen(word)) != NULL;
}

static int serve(Connection *c, const char *head, const char *body, size_t length) {
  if (strncmp(head, "POST ", 5) != 0) {
    char text[256], answer[512];
    int n = strncmp(head, "GET /count", 10) == 0
                ? sprintf(text, "{\"answered\":%lld}", answered)
                : sprintf(text, "{\"object\":\"list\",\"data\":[],\"models\":[],\"version\":\"0.17.4\"}");
    n = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", n, text);
    return put(c, answer, n);
  }
  c->ollama = strncmp(head + 5, "/api/", 5) == 0;
  c->stream = c->ollama ? !has(body, length, "\"stream\":false") : has(body, length, "\"stream\":true");
  c->usage = c->stream && has(body, length, "\"include_usage\":true");
  const char *model = memmem(body, length, "\"model\"", 7);
  c->pieces = 5;
  c->pace_ms = c->think_ms = 0;
  if (model) {
    const char *end = body + length, *from = memchr(model + 7, '"', end - model - 7);
    const char *to = from ? memchr(from + 1, '"', end - from - 1) : NULL;
    if (to) {
      c->pieces = number_after(from, to, 'c', 5);
      c->pace_ms = number_after(from, to, 'p', 0);
      c->think_ms = number_after(from, to, 't', 0);
    }
  }
  c->sent = 0;
  c->busy = 1;
  long long now = now_ns();
  c->due = now + c->think_ms * 1000000LL;
  if (c->think_ms) {
    heap_add(c);
    return 1;
  }
  return advance(c, now);
}

static const char *header(const char *head, const char *end, const char *name) {
  size_t length = strlen(name);
  for (const char *line = head; line && line + length < end; line = memchr(line, '\n', end - line)) {
    if (*line == '\n') line++;
    if (strncasecmp(line, name, length) == 0 && line[length] == ':') return line + length + 1;
  }
  return NULL;
}

// Takes the chunks' frames out of a body in place. Returns bytes used of the input, 0 while it is not whole, -1 if broken.
static ssize_t unchunk(char *body, size_t length, size_t *decoded) {
  size_t at = 0, out = 0;
  // First only look, so that an unfinished body is left as it is.
  for (int pass = 0; pass < 2; pass++) {
    at = out = 0;
    while (1) {
      char *line = memchr(body + at, '\n', length - at);
      if (!line) return 0;
      size_t size = strtoul(body + at, NULL, 16), start = line + 1 - body;
      if (size > MOST_REQUEST) return -1;
      if (start + size + 2 > length) return 0;
      if (pass) memmove(body + out, body + start, size);
      out += size;
      at = start + size + 2;
      if (size == 0) break;
    }
  }
  *decoded = out;
  return at;
}

// Serves what has arrived, one request at a time. Returns 0 when the connection is to be dropped.
static int requests(Connection *c) {
  while (!c->busy && c->in_length) {
    size_t from = c->seen > 3 ? c->seen - 3 : 0;
    char *blank = memmem(c->in + from, c->in_length - from, "\r\n\r\n", 4);
    if (!blank) {
      c->seen = c->in_length;
      return c->in_length < 65536;
    }
    size_t head = blank + 4 - c->in;
    c->seen = head - 1;
    const char *length_header = header(c->in, blank, "content-length");
    size_t length = length_header ? strtoul(length_header, NULL, 10) : 0, used = head + length;
    if (length > MOST_REQUEST) return 0;
    const char *encoding = header(c->in, blank, "transfer-encoding");
    if (encoding && strncasecmp(encoding + strspn(encoding, " "), "chunked", 7) == 0) {
      ssize_t frames = unchunk(c->in + head, c->in_length - head, &length);
      if (frames < 0) return 0;
      if (frames == 0) return 1;
      used = head + frames;
    } else if (c->in_length < used) {
      if (c->in_room < used) c->in = grown(c->in, c->in_room = used + 1);
      return 1;
    }
    if (!serve(c, c->in, c->in + head, length)) return 0;
    memmove(c->in, c->in + used, c->in_length - used);
    c->in_length -= used;
    c->seen = 0;
  }
  return 1;
}

static int finish(Connection *c) {
  c->busy = 0;
  return 1;
}

static int readable(Connection *c) {
  while (1) {
    if (c->in_room - c->in_length < 16384) c->in = grown(c->in, c->in_room = c->in_room * 2 + 32768);
    size_t room = c->in_room - c->in_length;
    ssize_t n = recv(c->fd, c->in + c->in_length, room, 0);
    if (n == 0) return 0;
    if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    c->in_length += n;
    if (!requests(c)) return 0;
    if ((size_t)n < room) return 1;
  }
}

static void accept_all(int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (fd >= MOST_CONNECTIONS) {
      close(fd);
      continue;
    }
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Connection *c = calloc(1, sizeof *c);
    if (!c) exit(1);
    c->fd = fd;
    connections[fd] = c;
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &e);
  }
}

static void run_due(void) {
  long long now = now_ns();
  while (heap_size && heap[1]->due <= now) {
    Connection *c = heap[1];
    heap_remove(c);
    if (!advance(c, now) || (!c->busy && !requests(c))) drop(c);
  }
}

int main(int count, char **words) {
  if (count != 2) {
    fprintf(stderr, "usage: mock PORT\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_TIMERSLACK, 1000);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  prepare();
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
    perror("mock: listen");
    return 1;
  }
  poll_fd = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, events[512];
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &e);
  while (1) {
    struct timespec wait = {0, 0}, *limit = NULL;
    if (heap_size) {
      long long left = heap[1]->due - now_ns();
      if (left > 0) wait = (struct timespec){left / 1000000000, left % 1000000000};
      limit = &wait;
    }
    int n = epoll_pwait2(poll_fd, events, 512, limit, NULL);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        accept_all(listener);
        continue;
      }
      Connection *c = connections[fd];
      if (!c) continue;
      if ((events[i].events & EPOLLOUT) && !flush(c)) {
        drop(c);
      } else if ((events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && !readable(c)) {
        drop(c);
      }
    }
    run_due();
  }
}
