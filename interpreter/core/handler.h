/* handler.h - the handler of a signal by which threads of embedded runtimes are
 * interrupted. It is there while a runtime uses it; what is not plait's goes to the
 * handler that was there before. Any thread. */
#ifndef HOST_CORE_HANDLER_H
#define HOST_CORE_HANDLER_H

/* One more runtime uses it. Returns: RT_OK; -EINVAL: it cannot be caught. */
int host_handler_use(int number);

/* One fewer; the last one puts back what was there before. */
void host_handler_leave(int number);

#endif
