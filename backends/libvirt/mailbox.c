#include "backends/libvirt/mailbox.h"

typedef struct {
    DroverLetterFunc open;
    gpointer data;
    GDestroyNotify destroy;
} Letter;

struct _DroverMailbox {
    gatomicrefcount references;
    GMutex lock;           /* guards: */
    GMainContext *context; /* NULL: closed */
    GSource *source;       /* set while there are letters */
    GQueue letters;        /* of Letter */
};

static void
letter_free(gpointer data)
{
    Letter *letter = data;

    if (letter->destroy) {
        letter->destroy(letter->data);
    }
    g_free(letter);
}

DroverMailbox *
drover_mailbox_new(GMainContext *context)
{
    DroverMailbox *mailbox = g_new0(DroverMailbox, 1);

    g_atomic_ref_count_init(&mailbox->references);
    g_mutex_init(&mailbox->lock);
    mailbox->context = g_main_context_ref(context);
    return mailbox;
}

DroverMailbox *
drover_mailbox_ref(DroverMailbox *mailbox)
{
    g_atomic_ref_count_inc(&mailbox->references);
    return mailbox;
}

void
drover_mailbox_unref(DroverMailbox *mailbox)
{
    if (!g_atomic_ref_count_dec(&mailbox->references)) {
        return;
    }
    g_mutex_clear(&mailbox->lock);
    g_free(mailbox);
}

/* NULL: empty. The last one takes the source along. */
static Letter *
take_letter(DroverMailbox *mailbox)
{
    Letter *letter;

    g_mutex_lock(&mailbox->lock);
    letter = g_queue_pop_head(&mailbox->letters);
    if (!letter) {
        g_clear_pointer(&mailbox->source, g_source_unref);
    }
    g_mutex_unlock(&mailbox->lock);
    return letter;
}

/* One letter in each turn of the loop, so that a flood of them holds up nothing else. */
static gboolean
open_letter(gpointer user_data)
{
    Letter *letter = take_letter(user_data);

    if (!letter) {
        return G_SOURCE_REMOVE;
    }
    letter->open(letter->data);
    letter_free(letter);
    return G_SOURCE_CONTINUE;
}

static void
mailbox_unref(gpointer data)
{
    drover_mailbox_unref(data);
}

static GSource *
attach_source(DroverMailbox *mailbox)
{
    GSource *source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, open_letter, drover_mailbox_ref(mailbox), mailbox_unref);
    g_source_attach(source, mailbox->context);
    return source;
}

void
drover_mailbox_post(DroverMailbox *mailbox,
                    DroverLetterFunc open,
                    gpointer data,
                    GDestroyNotify destroy)
{
    Letter *letter = g_new(Letter, 1);
    gboolean closed;

    *letter = (Letter){open, data, destroy};
    g_mutex_lock(&mailbox->lock);
    closed = !mailbox->context;
    if (!closed) {
        g_queue_push_tail(&mailbox->letters, letter);
        mailbox->source = mailbox->source ? mailbox->source : attach_source(mailbox);
    }
    g_mutex_unlock(&mailbox->lock);
    if (closed) {
        letter_free(letter);
    }
}

void
drover_mailbox_close(DroverMailbox *mailbox)
{
    GQueue letters;
    GSource *source;

    g_mutex_lock(&mailbox->lock);
    letters = mailbox->letters;
    g_queue_init(&mailbox->letters);
    source = g_steal_pointer(&mailbox->source);
    g_clear_pointer(&mailbox->context, g_main_context_unref);
    g_mutex_unlock(&mailbox->lock);
    if (source) {
        g_source_destroy(source);
        g_source_unref(source);
    }
    g_queue_clear_full(&letters, letter_free);
}
