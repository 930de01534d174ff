// The caller of the benchmark: one thread that sends chat calls, checks every answer and tells what it saw in one JSON line.
//
//   build/load --url http://127.0.0.1:PORT/PATH [options]
//
//   --connections N   16; the most calls at a time
//   --seconds S       5; when no new call is started any more
//   --calls N         no bound; the most calls
//   --rate R          calls a second at even intervals. A call's time then counts from when it was meant to leave, also
//                     where all connections were busy: a server that stalls cannot hide it. Without a rate every
//                     connection calls again as soon as it is answered
//   --ramp MS         0; the connections start spread over this time
//   --settle S        0; calls that were meant to leave in the first S seconds, while connections open, are made and
//                     checked, but their times are not in the histograms
//   --body BYTES      195; the size of the request
//   --form F          openai or ollama
//   --model M         bench (mock.c tells what other names mean)
//   --stream N        ask for streams and expect N pieces in each
//   --key K           sent as a bearer token
//
// Times are microseconds. "late" is how long after it was due a piece was read, "stall" the longest wait between two
// pieces of one stream, "reads" how many reads it took to get the pieces.
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

#define MOST_CONNECTIONS 8192
#define WAIT_AT_END 15000000000LL
#define KEPT 96
static const char *NEEDLE = "the water finds its way.";

// ---- a histogram with three exact digits at any size

#define SUB 1024
typedef struct {
  long long count, sum, most;
  unsigned cells[40 * SUB];
} Histogram;

static int cell(long long v) {
  if (v < SUB) return (int)v;
  int shift = 63 - __builtin_clzll(v) - 10;
  int at = (shift + 1) * SUB + (int)((v >> shift) - SUB);
  return at < 40 * SUB ? at : 40 * SUB - 1;
}

static void note(Histogram *h, long long v) {
  if (v < 0) v = 0;
  h->cells[cell(v)]++;
  h->count++;
  h->sum += v;
  if (v > h->most) h->most = v;
}

static double percentile(const Histogram *h, double part) {
  long long want = (long long)(part * h->count + 0.5), seen = 0;
  if (want < 1) want = 1;
  for (int i = 0; i < 40 * SUB; i++) {
    seen += h->cells[i];
    if (seen >= want && h->count) {
      int row = i / SUB;
      long long v = row == 0 ? i : (long long)(SUB + i % SUB) << (row - 1);
      return v / 1e3;
    }
  }
  return 0;
}

static void print_histogram(const char *name, const Histogram *h) {
  printf(",\"%s\":{\"count\":%lld,\"mean\":%.1f,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}", name,
         h->count, h->count ? h->sum / 1e3 / h->count : 0, percentile(h, 0.5), percentile(h, 0.9), percentile(h, 0.99),
         percentile(h, 0.999), h->most / 1e3);
}

// ---- one connection with at most one call

enum Reading { HEAD, BODY_LENGTH, BODY_CLOSE, CHUNK_SIZE, CHUNK_DATA, CHUNK_END };

typedef struct {
  int fd, busy, used, opening;
  long long intended, last_piece;
  size_t sent;
  enum Reading reading;
  char head[8192];
  int head_length;
  int status, closing;
  size_t left;  // bytes of the body, or of the chunk
  char line[32];
  int line_length;
  char *body;  // the decoded answer; of a stream only what was not looked at yet and the last bytes
  size_t body_length, body_room, looked;
  int pieces;
} Connection;

static struct sockaddr_in server;
static char *request;
static size_t request_length;
static Connection *connections;
static int width = 16, stream, ollama, poll_fd;
static double seconds = 5, rate;
static long long most_calls = -1, ramp_ns, settle_ns;
static long long started, answered, wrong_status, wrong_text, cut, refused, reads, pieces;
static long long in_flight, start_time, end_time, last_answer;
static int first_bad_status;
static Histogram whole_time, first_time, late, stall;

static int counts(const Connection *c) { return c->intended - start_time >= settle_ns; }

static long long now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int open_connection(Connection *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) return 0;
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP, .data.ptr = c};
  if (connect(c->fd, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS) {
    close(c->fd);
    c->fd = -1;
    return 0;
  }
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &e);
  c->opening = 1;
  c->used = 0;
  return 1;
}

static void close_connection(Connection *c) {
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
}

static void want(Connection *c, int writing) {
  struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | (writing ? EPOLLOUT : 0), .data.ptr = c};
  epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &e);
}

static int send_rest(Connection *c) {
  while (c->sent < request_length) {
    ssize_t n = send(c->fd, request + c->sent, request_length - c->sent, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOTCONN) return 0;
      want(c, 1);
      return 1;
    }
    c->sent += n;
  }
  if (c->opening) {
    c->opening = 0;
    want(c, 0);
  }
  return 1;
}

static void over(Connection *c) {
  c->busy = 0;
  in_flight--;
}

static void failed(Connection *c, long long *counter) {
  (*counter)++;
  over(c);
  close_connection(c);
}

static void call(Connection *c, long long intended) {
  started++;
  in_flight++;
  c->busy = 1;
  c->intended = intended;
  c->last_piece = 0;
  c->sent = 0;
  c->reading = HEAD;
  c->head_length = c->line_length = c->pieces = c->closing = 0;
  c->body_length = c->looked = 0;
  if (c->fd < 0 && !open_connection(c)) {
    failed(c, &refused);
    return;
  }
  if (!send_rest(c)) failed(c, c->opening ? &refused : &cut);
}

// ---- reading an answer

static void look_for_pieces(Connection *c, long long now) {
  while (c->looked + 20 <= c->body_length) {
    char *mark = memmem(c->body + c->looked, c->body_length - c->looked, "\"t=", 3);
    if (!mark) {
      c->looked = c->body_length - 2;
      break;
    }
    if (mark + 3 + 18 > c->body + c->body_length) {
      c->looked = mark - c->body;
      break;
    }
    long long due = 0;
    for (int i = 0; i < 18; i++) due = due * 10 + (mark[3 + i] - '0');
    note(&late, now - due);
    if (c->pieces == 0 && counts(c)) note(&first_time, now - c->intended);
    if (c->last_piece) note(&stall, now - c->last_piece);
    c->last_piece = now;
    c->pieces++;
    pieces++;
    c->looked = mark - c->body + 21;
  }
  if (c->looked > 65536) {
    size_t cut_off = c->looked > KEPT ? c->looked - KEPT : 0;
    memmove(c->body, c->body + cut_off, c->body_length - cut_off);
    c->body_length -= cut_off;
    c->looked -= cut_off;
  }
}

static int right(const Connection *c) {
  if (!stream) return memmem(c->body, c->body_length, NEEDLE, strlen(NEEDLE)) != NULL;
  const char *end = ollama ? "\"done\":true" : "[DONE]";
  size_t tail = c->body_length < 512 ? c->body_length : 512;
  return c->pieces == stream && memmem(c->body + c->body_length - tail, tail, end, strlen(end)) != NULL;
}

static void complete(Connection *c, long long now) {
  last_answer = now;
  if (c->status != 200) {
    if (!first_bad_status) first_bad_status = c->status;
    wrong_status++;
  } else if (!right(c)) {
    wrong_text++;
  } else {
    answered++;
    if (counts(c)) note(&whole_time, now - c->intended);
  }
  over(c);
  c->used = 1;
  if (c->closing) close_connection(c);
}

static void keep(Connection *c, const char *bytes, size_t length) {
  if (c->body_room < c->body_length + length + 1) {
    c->body_room = (c->body_length + length) * 2 + 4096;
    c->body = realloc(c->body, c->body_room);
    if (!c->body) exit(1);
  }
  memcpy(c->body + c->body_length, bytes, length);
  c->body_length += length;
}

static const char *header(const char *head, const char *name) {
  const char *found = strcasestr(head, name);
  return found ? found + strlen(name) : NULL;
}

// Takes the head's bytes; returns how many of the input belong to it, or -1 if it is no HTTP answer.
static ssize_t read_head(Connection *c, const char *bytes, size_t length) {
  int before = c->head_length;
  size_t room = sizeof c->head - 1 - c->head_length, take = length < room ? length : room;
  memcpy(c->head + c->head_length, bytes, take);
  c->head_length += take;
  c->head[c->head_length] = 0;
  char *blank = strstr(c->head, "\r\n\r\n");
  if (!blank) return c->head_length == sizeof c->head - 1 ? -1 : (ssize_t)take;
  blank[2] = 0;
  c->head_length = blank + 4 - c->head;
  if (strncmp(c->head, "HTTP/1.1 ", 9) != 0) return -1;
  c->status = atoi(c->head + 9);
  const char *coded = header(c->head, "\r\ntransfer-encoding:"), *sized = header(c->head, "\r\ncontent-length:");
  const char *connection = header(c->head, "\r\nconnection:");
  c->closing = connection && strncasecmp(connection + strspn(connection, " "), "close", 5) == 0;
  c->reading = coded ? CHUNK_SIZE : sized ? BODY_LENGTH : BODY_CLOSE;
  c->left = sized ? strtoul(sized, NULL, 10) : 0;
  return c->head_length - before;
}

// Returns 0 where the answer is broken. Stops at the answer's end: nothing may follow it, for only one was asked for.
static int decode(Connection *c, const char *bytes, size_t length, long long now) {
  size_t at = 0;
  int whole = 0;
  while (at < length && !whole) {
    switch (c->reading) {
      case HEAD: {
        ssize_t n = read_head(c, bytes + at, length - at);
        if (n < 0) return 0;
        at += n;
        whole = c->reading == BODY_LENGTH && c->left == 0;
        break;
      }
      case BODY_LENGTH:
      case CHUNK_DATA: {
        size_t n = length - at < c->left ? length - at : c->left;
        keep(c, bytes + at, n);
        at += n;
        c->left -= n;
        if (c->left == 0) {
          whole = c->reading == BODY_LENGTH;
          c->reading = CHUNK_END;
          c->line_length = 0;
        }
        break;
      }
      case BODY_CLOSE:
        keep(c, bytes + at, length - at);
        at = length;
        break;
      case CHUNK_SIZE:
      case CHUNK_END: {
        char b = bytes[at++];
        if (b != '\n') {
          if (c->line_length < 30) c->line[c->line_length++] = b;
          break;
        }
        c->line[c->line_length] = 0;
        c->line_length = 0;
        if (c->reading == CHUNK_END) {
          // After a chunk's bytes comes an empty line; after the last chunk too, and it ends the answer.
          whole = c->left == (size_t)-1;
          c->reading = CHUNK_SIZE;
        } else {
          c->left = strtoul(c->line, NULL, 16);
          c->reading = c->left ? CHUNK_DATA : CHUNK_END;
          if (!c->left) c->left = (size_t)-1;
        }
        break;
      }
    }
  }
  if (stream) look_for_pieces(c, now);
  if (whole) complete(c, now);
  return 1;
}

static void readable(Connection *c) {
  static char bytes[256 * 1024];
  while (c->fd >= 0) {
    ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (n <= 0) {
      if (!c->busy) {
        close_connection(c);
      } else if (n == 0 && c->reading == BODY_CLOSE) {
        c->closing = 1;
        complete(c, now_ns());
      } else {
        failed(c, c->opening ? &refused : &cut);
      }
      return;
    }
    reads++;
    if (!c->busy || !decode(c, bytes, n, now_ns())) {
      if (c->busy) failed(c, &cut);
      else close_connection(c);
      return;
    }
    if ((size_t)n < sizeof bytes) return;
  }
}

// ---- who calls when

static int may_call(long long now) { return now < end_time && (most_calls < 0 || started < most_calls); }

static Connection *idle(void) {
  static int from;
  for (int i = 0; i < width; i++) {
    Connection *c = &connections[(from + i) % width];
    if (!c->busy) {
      from = (from + i + 1) % width;
      return c;
    }
  }
  return NULL;
}

// Starts what is to be started now; returns when the next start is due, or -1 where an answer must come first.
static long long start_calls(long long now) {
  static long long next;
  static int opened;
  if (rate > 0) {
    while (may_call(now) && in_flight < width) {
      long long intended = start_time + (long long)(next * 1e9 / rate);
      if (intended > now) return intended;
      if (intended >= end_time) return -1;
      next++;
      call(idle(), intended);
    }
    return -1;
  }
  long long due = -1;
  while (opened < width) {
    long long at = start_time + ramp_ns * opened / width;
    if (at > now) {
      due = at;
      break;
    }
    opened++;
  }
  for (int i = 0; i < opened; i++)
    if (!connections[i].busy && may_call(now)) call(&connections[i], now);
  return due;
}

static void run(void) {
  struct epoll_event events[512];
  start_time = now_ns();
  end_time = start_time + (long long)(seconds * 1e9);
  while (1) {
    long long now = now_ns(), next = start_calls(now);
    if (!may_call(now) && in_flight == 0) break;
    if (now > end_time + WAIT_AT_END) break;
    long long until = next >= 0 ? next : now + 100000000;
    if (until > now + 100000000) until = now + 100000000;
    struct timespec wait = {(until - now) / 1000000000, (until - now) % 1000000000};
    int n = epoll_pwait2(poll_fd, events, 512, &wait, NULL);
    for (int i = 0; i < n; i++) {
      Connection *c = events[i].data.ptr;
      if (c->fd < 0) continue;
      if (events[i].events & EPOLLOUT) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error && c->busy) {
          failed(c, &refused);
          continue;
        }
        c->opening = 0;
        want(c, 0);
        if (c->busy && !send_rest(c)) {
          failed(c, &cut);
          continue;
        }
      }
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) readable(c);
      // A closed loop calls again at once, on the connection whose answer is still warm.
      if (rate == 0 && !c->busy && may_call(now)) call(c, now_ns());
    }
  }
}

static void prepare(const char *path, const char *host, const char *key, const char *model, long body_bytes) {
  size_t room = body_bytes + 4096;
  char *body = malloc(room);
  request = malloc(room + 4096);
  if (!body || !request) exit(1);
  const char *flags = stream ? (ollama ? "\"stream\":true" : "\"stream\":true,\"stream_options\":{\"include_usage\":true}")
                             : "\"stream\":false";
  int n = sprintf(body, "{\"model\":\"%s\",%s,\"messages\":[{\"role\":\"user\",\"content\":\"", model, flags);
  const char *words = "Tell me where the water goes when the gate is open. ";
  const char *tail = ollama ? "\"}]}" : "\"}],\"temperature\":0.7}";
  for (int i = 0; n + (long)strlen(tail) < body_bytes; i++) body[n++] = words[i % strlen(words)];
  n += sprintf(body + n, "%s", tail);
  request_length = sprintf(request,
                           "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%s%s%sContent-Length: "
                           "%d\r\n\r\n",
                           path, host, key ? "Authorization: Bearer " : "", key ? key : "", key ? "\r\n" : "", n);
  memcpy(request + request_length, body, n);
  request_length += n;
  free(body);
}

static void die(const char *words) {
  fprintf(stderr, "load: %s\n", words);
  exit(2);
}

int main(int count, char **words) {
  const char *url = NULL, *key = NULL, *model = "bench";
  long body_bytes = 195;
  for (int i = 1; i + 1 < count; i += 2) {
    const char *name = words[i], *value = words[i + 1];
    if (!strcmp(name, "--url")) url = value;
    else if (!strcmp(name, "--connections")) width = atoi(value);
    else if (!strcmp(name, "--seconds")) seconds = atof(value);
    else if (!strcmp(name, "--calls")) most_calls = atoll(value);
    else if (!strcmp(name, "--rate")) rate = atof(value);
    else if (!strcmp(name, "--ramp")) ramp_ns = atoll(value) * 1000000;
    else if (!strcmp(name, "--settle")) settle_ns = (long long)(atof(value) * 1e9);
    else if (!strcmp(name, "--body")) body_bytes = atol(value);
    else if (!strcmp(name, "--form")) ollama = !strcmp(value, "ollama");
    else if (!strcmp(name, "--model")) model = value;
    else if (!strcmp(name, "--stream")) stream = atoi(value);
    else if (!strcmp(name, "--key")) key = value;
    else die("unknown option; the head of load.c lists them");
  }
  if (count % 2 == 0) die("every option needs a value");
  if (!url || strncmp(url, "http://", 7)) die("--url http://ADDRESS:PORT/PATH is needed");
  if (width < 1 || width > MOST_CONNECTIONS) die("--connections must be 1 to 8192");
  if (seconds <= 0 || seconds > 3600) die("--seconds must be above 0 and at most 3600");
  char host[256] = "", path[1024] = "/", *colon;
  sscanf(url + 7, "%255[^/]%1023s", host, path);
  server.sin_family = AF_INET;
  char name[256];
  strcpy(name, host);
  if ((colon = strchr(name, ':'))) *colon = 0;
  server.sin_port = htons(colon ? atoi(colon + 1) : 80);
  if (inet_pton(AF_INET, !strcmp(name, "localhost") ? "127.0.0.1" : name, &server.sin_addr) != 1)
    die("the address must be a number, such as 127.0.0.1");
  if ((ntohl(server.sin_addr.s_addr) >> 24) != 127) die("this load is for this machine only: an address on 127.0.0.0/8");
  prepare(path, host, key, model, body_bytes);
  connections = calloc(width, sizeof *connections);
  if (!connections) exit(1);
  for (int i = 0; i < width; i++) connections[i].fd = -1;
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_TIMERSLACK, 1000);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  poll_fd = epoll_create1(0);
  run();
  double took = ((last_answer ? last_answer : now_ns()) - start_time) / 1e9;
  printf("{\"calls\":%lld,\"answered\":%lld,\"errors\":%lld,\"status\":%lld,\"text\":%lld,\"cut\":%lld,\"refused\":%lld,"
         "\"unfinished\":%lld,\"bad_status\":%d,\"seconds\":%.4f,\"rate\":%.1f,\"pieces\":%lld,\"reads\":%lld",
         started, answered, started - answered, wrong_status, wrong_text, cut, refused, in_flight, first_bad_status, took,
         answered / (took > 0 ? took : 1), pieces, reads);
  print_histogram("time", &whole_time);
  if (stream) {
    print_histogram("first", &first_time);
    print_histogram("late", &late);
    print_histogram("stall", &stall);
  }
  printf("}\n");
  return 0;
}
