/*
 * A lean SMTP server for measuring: one epoll thread, takes every mail, offers PIPELINING, and counts by recipient, so
 * that what was lost or came twice can be told. It keeps no mail.
 *
 *     sink [PORT]        PORT 0, the default, takes a free one; the first line of the output is the port
 *
 * SIGUSR1 prints what came since the last time, as one line of JSON, and begins anew; SIGTERM prints it and ends:
 *     mails       ended by CRLF.CRLF and answered with 250
 *     recipients  different ones among them
 *     twice       those that came more than once
 *     bytes       of the mails, without the end marker, dots as on the wire
 *     first, last when the first and the last of them ended, in seconds since 1970; 0 without one
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    INPUT = 256 * 1024,   /* read at once: a good number of mails of 10 KB */
    OUTPUT = 64 * 1024,   /* answers that wait; a line is read on only while there is room for more */
    ROOM = 256,           /* more than the longest answer */
    RECIPIENTS = 1000,    /* in one mail, as RFC 5321 section 4.5.3.1.8 asks at the least a hundred */
    EVENTS = 64
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void *need(void *memory)
{
    if (!memory) die("memory");
    return memory;
}

/* --- Who was written to ------------------------------------------------------------------------------------------- */

struct seen { char *address; uint32_t count; };
static struct seen *table;
static size_t slots, known, twice;
static uint64_t mails, bytes;
static double first, last;

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 1469598103934665603u;
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash ^ (hash >> 29);
}

static struct seen *slot_of(const char *address)
{
    size_t at = hash_of(address) & (slots - 1);
    while (table[at].address && strcmp(table[at].address, address) != 0) at = (at + 1) & (slots - 1);
    return &table[at];
}

static void grow(void)
{
    struct seen *old = table;
    size_t count = slots;
    slots = count ? count * 2 : 1 << 18;
    table = need(calloc(slots, sizeof *table));
    for (size_t i = 0; i < count; i++)
        if (old[i].address) *slot_of(old[i].address) = old[i];
    free(old);
}

static void note(const char *address)
{
    if (known * 2 >= slots) grow();
    struct seen *slot = slot_of(address);
    if (!slot->address) {
        slot->address = need(strdup(address));
        known++;
    }
    if (++slot->count == 2) twice++;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void report(void)
{
    printf(
        "{\"mails\": %llu, \"recipients\": %zu, \"twice\": %zu, \"bytes\": %llu, \"first\": %.6f, \"last\": %.6f}\n",
        (unsigned long long)mails, known, twice, (unsigned long long)bytes, first, last);
    fflush(stdout);
    for (size_t i = 0; i < slots; i++) free(table[i].address);
    memset(table, 0, slots * sizeof *table);
    known = twice = 0;
    mails = bytes = 0;
    first = last = 0;
}

/* --- One line ------------------------------------------------------------------------------------------------------ */

struct line {
    int socket;
    int in_mail, is_over;
    size_t have, said, sent;   /* bytes of input, bytes of output, those of them that left */
    size_t recipients;
    char *to[RECIPIENTS];
    char output[OUTPUT];
    char input[INPUT];
};

static void say(struct line *line, const char *text)
{
    size_t length = strlen(text);
    memcpy(line->output + line->said, text, length);
    line->said += length;
}

static void forget_recipients(struct line *line)
{
    for (size_t i = 0; i < line->recipients; i++) free(line->to[i]);
    line->recipients = 0;
}

static void end_mail(struct line *line)
{
    double at = now();
    if (!mails) first = at;
    last = at;
    mails++;
    for (size_t i = 0; i < line->recipients; i++) note(line->to[i]);
    forget_recipients(line);
    line->in_mail = 0;
    char text[64];
    snprintf(text, sizeof text, "250 2.0.0 Ok: queued as S%llu\r\n", (unsigned long long)mails);
    say(line, text);
}

static void add_recipient(struct line *line, const char *command)
{
    const char *from = strchr(command, '<');
    const char *to = from ? strchr(from, '>') : NULL;
    if (!to || to == from + 1) {
        say(line, "501 5.1.3 Who is that\r\n");
    } else if (line->recipients == RECIPIENTS) {
        say(line, "452 4.5.3 Too many recipients\r\n");
    } else {
        line->to[line->recipients++] = need(strndup(from + 1, (size_t)(to - from - 1)));
        say(line, "250 2.1.5 Ok\r\n");
    }
}

static void obey(struct line *line, const char *command)
{
    if (!strncasecmp(command, "MAIL", 4)) {
        forget_recipients(line);
        say(line, "250 2.1.0 Ok\r\n");
    } else if (!strncasecmp(command, "RCPT", 4)) {
        add_recipient(line, command);
    } else if (!strncasecmp(command, "DATA", 4)) {
        line->in_mail = line->recipients > 0;
        say(line, line->in_mail ? "354 Go on\r\n" : "503 5.5.1 To whom\r\n");
    } else if (!strncasecmp(command, "EHLO", 4)) {
        say(line, "250-sink.example.org\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
    } else if (!strncasecmp(command, "HELO", 4) || !strncasecmp(command, "NOOP", 4)) {
        say(line, "250 2.0.0 Ok\r\n");
    } else if (!strncasecmp(command, "RSET", 4)) {
        forget_recipients(line);
        say(line, "250 2.0.0 Ok\r\n");
    } else if (!strncasecmp(command, "QUIT", 4)) {
        say(line, "221 2.0.0 Bye\r\n");
        line->is_over = 1;
    } else {
        say(line, "502 5.5.2 I do not know that\r\n");
    }
}

/* Input of a mail. Answers with what was used of it; the end marker may lie across two reads, so that its beginning is
 * left for the next time. `in_mail` is 1 at the start of the text, where the CRLF before the dot was that of DATA. */
static size_t read_mail(struct line *line, char *text, size_t length)
{
    if (line->in_mail == 1) {
        if (length < 3 && !memcmp(text, ".\r\n", length)) return 0;
        if (length >= 3 && !memcmp(text, ".\r\n", 3)) {
            end_mail(line);
            return 3;
        }
        line->in_mail = 2;
    }
    char *end = memmem(text, length, "\r\n.\r\n", 5);
    if (end) {
        bytes += (uint64_t)(end - text) + 2;
        end_mail(line);
        return (size_t)(end - text) + 5;
    }
    size_t used = length > 4 ? length - 4 : 0;
    bytes += used;
    return used;
}

/* Answers with what was used. 0: there is not all of a command. */
static size_t read_command(struct line *line, char *text, size_t length)
{
    char *end = memchr(text, '\n', length);
    if (!end) return 0;
    char *stop = end > text && end[-1] == '\r' ? end - 1 : end;
    *stop = 0;
    obey(line, text);
    return (size_t)(end - text) + 1;
}

static void understand(struct line *line)
{
    size_t at = 0;
    while (at < line->have && !line->is_over && line->said + ROOM < OUTPUT) {
        char *text = line->input + at;
        size_t length = line->have - at;
        size_t used = line->in_mail ? read_mail(line, text, length) : read_command(line, text, length);
        if (!used) break;
        at += used;
    }
    line->have -= at;
    if (at) memmove(line->input, line->input + at, line->have);
    /* No command is as long as the buffer. */
    if (line->have == INPUT && line->said + ROOM < OUTPUT) line->is_over = 1;
}

/* --- Many lines ----------------------------------------------------------------------------------------------------- */

static int epoll;

static void hang_up(struct line *line)
{
    close(line->socket);
    forget_recipients(line);
    free(line);
}

static void watch(int action, int file, uint32_t events, void *what)
{
    struct epoll_event event = {.events = events, .data.ptr = what};
    if (epoll_ctl(epoll, action, file, &event) < 0) die("epoll_ctl");
}

/* False when the line is gone. */
static int flush_line(struct line *line)
{
    while (line->sent < line->said) {
        ssize_t count = send(line->socket, line->output + line->sent, line->said - line->sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN) {
            watch(EPOLL_CTL_MOD, line->socket, EPOLLOUT, line);
            return 1;
        }
        if (count < 0) return 0;
        line->sent += (size_t)count;
    }
    line->sent = line->said = 0;
    return !line->is_over;
}

static void serve(struct line *line, uint32_t events)
{
    if (events & EPOLLOUT) {
        if (!flush_line(line)) return hang_up(line);
        if (line->said) return;
        watch(EPOLL_CTL_MOD, line->socket, EPOLLIN, line);
    } else {
        ssize_t count = recv(line->socket, line->input + line->have, INPUT - line->have, 0);
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) return hang_up(line);
        line->have += (size_t)count;
    }
    /* Again while answers made room: what is in the buffer gives no further event. */
    size_t before;
    do {
        before = line->have;
        understand(line);
        if (!flush_line(line)) return hang_up(line);
    } while (!line->said && line->have && line->have < before);
}

static void welcome(int listener)
{
    for (;;) {
        int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0) return;
        int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct line *line = need(malloc(sizeof *line));
        memset(line, 0, offsetof(struct line, to));
        line->socket = socket;
        watch(EPOLL_CTL_ADD, socket, EPOLLIN, line);
        say(line, "220 sink.example.org ESMTP\r\n");
        if (!flush_line(line)) hang_up(line);
    }
}

static int listen_on(int port)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 1024) < 0) die("listen");
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static int signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int main(int count, char **arguments)
{
    int listener, signal_file = signals();
    grow();
    epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(EPOLL_CTL_ADD, signal_file, EPOLLIN, &signal_file);
    listener = listen_on(count > 1 ? atoi(arguments[1]) : 0);
    watch(EPOLL_CTL_ADD, listener, EPOLLIN, &listener);
    struct epoll_event events[EVENTS];
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            void *what = events[i].data.ptr;
            if (what == &listener) {
                welcome(listener);
            } else if (what == &signal_file) {
                struct signalfd_siginfo signal;
                if (read(signal_file, &signal, sizeof signal) != sizeof signal) continue;
                report();
                if (signal.ssi_signo != SIGUSR1) return 0;
            } else {
                serve(what, events[i].events);
            }
        }
    }
}
