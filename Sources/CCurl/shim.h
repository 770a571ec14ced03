// What Swift cannot say itself: libcurl's variadic calls, one typed function per kind of argument, and the Linux
// calls that wait for many sockets at once. Built for libcurl 7.88.1.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

// curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are type-checking macros as well as variadic functions;
// the functions are what is meant here.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

typedef size_t (*ccurl_bytes_callback)(char *bytes, size_t size, size_t count, void *user);

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_bytes_callback(CURL *easy, CURLoption option, ccurl_bytes_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode ccurl_set_int64(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_socket_opener(CURL *easy, curl_opensocket_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

// The address libcurl is about to connect to, 4 or 16 bytes; 0 for a family that is neither. The address is longer than
// the `struct sockaddr` it is declared as.
static inline int ccurl_address(const struct curl_sockaddr *address, unsigned char *bytes) {
    const void *raw = &address->addr;
    switch (address->family) {
    case AF_INET: memcpy(bytes, &((const struct sockaddr_in *)raw)->sin_addr, 4); return 4;
    case AF_INET6: memcpy(bytes, &((const struct sockaddr_in6 *)raw)->sin6_addr, 16); return 16;
    default: return 0;
    }
}

static inline curl_socket_t ccurl_open_socket(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode ccurl_get_socket(CURL *easy, CURLINFO info, curl_socket_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode ccurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode ccurl_multi_set_socket_callback(CURLM *multi, curl_socket_callback callback) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
}

static inline CURLMcode ccurl_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback callback) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
}

// The next transfer whose connection is made (or failed); NULL when there is none. CURLMsg holds a union that Swift
// imports without its fields.
static inline CURL *ccurl_multi_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

// The tag comes back with every event of this descriptor.
static inline int ccurl_epoll_set(int epoll, int operation, int descriptor, uint32_t events, uint64_t tag) {
    struct epoll_event event = {.events = events, .data = {.u64 = tag}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

static inline uint32_t ccurl_event_flags(const struct epoll_event *events, int index) { return events[index].events; }
static inline uint64_t ccurl_event_tag(const struct epoll_event *events, int index) { return events[index].data.u64; }

// EPOLLET does not fit the signed enumeration it is declared in.
static const uint32_t CCURL_READ = EPOLLIN | EPOLLRDHUP;
static const uint32_t CCURL_WRITE = EPOLLOUT;
static const uint32_t CCURL_FAILED = EPOLLERR | EPOLLHUP;
static const uint32_t CCURL_EDGE = 1u << 31;

#endif
