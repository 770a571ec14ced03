#pragma once

#include <microhttpd.h>
#include <stdbool.h>
#include <sys/socket.h>

/* What Swift cannot say about libmicrohttpd: variadic calls and macros with casts. */

/* Everything the daemon is started with. The listening socket is ours, so that bind errors keep their errno. */
struct shim_daemon_settings {
    int listen_socket;
    unsigned int worker_threads;
    size_t connection_memory;      /* bytes of request line, headers and buffers per connection */
    unsigned int connections;      /* all workers together */
    unsigned int connections_per_address;
    unsigned int idle_seconds;
    void *context;                 /* first argument of every callback */
    MHD_AccessHandlerCallback access;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection_changed;
    void *(*request_line_read)(void *context, const char *target, struct MHD_Connection *connection);
    size_t (*unescape)(void *context, struct MHD_Connection *connection, char *text);
};

/* MHD_start_daemon is variadic. NULL when the daemon cannot start; errno then says why. */
static inline struct MHD_Daemon *shim_start_daemon(const struct shim_daemon_settings *settings) {
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, settings->listen_socket, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t) settings->connection_memory, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, settings->connections, NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings->connections_per_address, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_seconds, NULL},
        /* Refuse what RFC 9112 forbids (no Host, stray whitespace) rather than guess. */
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t) settings->completed, settings->context},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t) settings->connection_changed, settings->context},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t) settings->request_line_read, settings->context},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t) settings->unescape, settings->context},
        /* A pool of one is refused by the library: one thread is its default. */
        {settings->worker_threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, settings->worker_threads, NULL},
        {MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, settings->access,
        settings->context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

/* MHD_get_connection_info is variadic. */

static inline int shim_connection_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline const struct sockaddr *shim_client_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

/* What our connection_changed callback stored for this TCP connection. */
static inline void *shim_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* Bytes of the request line and the headers, as received. */
static inline size_t shim_header_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

/* Macros with casts do not reach Swift. */
static inline ssize_t shim_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t shim_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
static inline uint64_t shim_unknown_size(void) { return MHD_SIZE_UNKNOWN; }

static inline int shim_get_headers(
    struct MHD_Connection *connection, MHD_KeyValueIteratorN iterator, void *context) {
    return MHD_get_connection_values_n(connection, MHD_HEADER_KIND, iterator, context);
}

/* NULL when the request has no such header field. */
static inline const char *shim_header(struct MHD_Connection *connection, const char *name) {
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* The library's closed enums import under names that depend on their neighbours: say what is meant instead. */
static inline struct MHD_Response *shim_response_copying(const void *bytes, size_t size) {
    return MHD_create_response_from_buffer(size, (void *) bytes, MHD_RESPMEM_MUST_COPY);
}

static inline bool shim_is_start(enum MHD_ConnectionNotificationCode code) {
    return code == MHD_CONNECTION_NOTIFY_STARTED;
}
