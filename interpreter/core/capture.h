/* capture.h - the output of child processes, for a host that takes all output.
 *
 * A runtime has two pipes, whose ends become the descriptors 1 and 2 of its
 * children, and of their children. A thread hands on what comes, by whole lines;
 * whoever writes in this process hands on what is there first, so that what a child
 * has written before it ended comes before what is written afterwards. */
#ifndef HOST_CORE_CAPTURE_H
#define HOST_CORE_CAPTURE_H

struct host_policy;

/* The ends to write to, made at the first call; -1: it failed, and children write to
 * this process's own descriptors. They stay the policy's. Any thread. */
void host_capture_open(struct host_policy *policy, int output[2]);

/* Hands on whole lines that have come. With the lock policy->output. */
void host_capture_take(struct host_policy *policy);

/* Hands on all that has come, the beginning of a line too. Any thread. */
void host_capture_finish(struct host_policy *policy);

/* No child is left. */
void host_capture_close(struct host_policy *policy);

#endif
