/* certificates DIRECTORY NAME...: a CA (ca.pem), server.pem and .key for 127.0.0.1, and a client
 * certificate NAME.pem with its key NAME.key for each name; "foreign" is signed by another CA. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/cim/certificates.h"

int
main(int argc, char **argv)
{
    g_autoptr(Authority) authority = NULL;
    g_autoptr(Authority) other = NULL;

    if (argc < 2) {
        fputs("usage: certificates DIRECTORY NAME...\n", stderr);
        return 2;
    }
    authority = authority_new(argv[1], "ca");
    other = authority_new(argv[1], "other-ca");
    authority_sign(authority, "server", "server", 5);
    for (int i = 2; i < argc; i++)
        authority_sign(strcmp(argv[i], "foreign") == 0 ? other : authority, argv[i], argv[i], 5);
    return 0;
}
