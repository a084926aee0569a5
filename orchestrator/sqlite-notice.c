#include "orchestrator/sqlite-notice.h"

static void
bind_text(sqlite3_stmt *statement, int parameter, const char *text)
{
    sqlite3_bind_text(statement, parameter, text, -1, SQLITE_STATIC);
}

void
drover_sqlite_notice_bind(sqlite3_stmt *statement, const DroverNotice *notice)
{
    bind_text(statement, 1, notice->id);
    bind_text(statement, 2, notice->job);
    sqlite3_bind_int64(statement, 3, (gint64) notice->event);
    sqlite3_bind_int64(statement, 4, (gint64) notice->state);
    sqlite3_bind_int64(statement, 5, notice->occurred_us);
    bind_text(statement, 6, notice->url);
    bind_text(statement, 7, notice->program);
    bind_text(statement, 8, notice->arguments);
    sqlite3_bind_int64(statement, 9, notice->url_failed);
    sqlite3_bind_int64(statement, 10, notice->attempts);
    sqlite3_bind_int64(statement, 11, notice->last_us);
    sqlite3_bind_int64(statement, 12, notice->next_us);
    bind_text(statement, 13, notice->answer);
    bind_text(statement, 14, notice->body);
}

static char *
read_text(sqlite3_stmt *statement, int column)
{
    return g_strdup((const char *) sqlite3_column_text(statement, column));
}

DroverNotice *
drover_sqlite_notice_read(sqlite3_stmt *statement)
{
    DroverNotice *notice = g_new0(DroverNotice, 1);

    notice->id = read_text(statement, 0);
    notice->job = read_text(statement, 1);
    notice->event = (DroverNoticeEvent) sqlite3_column_int64(statement, 2);
    notice->state = (DroverNoticeState) sqlite3_column_int64(statement, 3);
    notice->occurred_us = sqlite3_column_int64(statement, 4);
    notice->url = read_text(statement, 5);
    notice->program = read_text(statement, 6);
    notice->arguments = read_text(statement, 7);
    notice->url_failed = sqlite3_column_int64(statement, 8) != 0;
    notice->attempts = (guint) sqlite3_column_int64(statement, 9);
    notice->last_us = sqlite3_column_int64(statement, 10);
    notice->next_us = sqlite3_column_int64(statement, 11);
    notice->answer = read_text(statement, 12);
    notice->body = read_text(statement, 13);
    return notice;
}
