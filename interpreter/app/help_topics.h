/* help_topics.h - the texts of `plait help TOPIC`. */
#ifndef PLAIT_APP_HELP_TOPICS_H
#define PLAIT_APP_HELP_TOPICS_H

typedef struct app_topic {
    const char *name;
    const char *summary; /* one line of `plait help` */
    const char *text;    /* ends with a newline */
} app_topic;

/* In reading order; the last has no name. */
extern const app_topic app_topics[];

#endif
