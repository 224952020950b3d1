// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command_line.h"
#include "app/cli/console.h"

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#ifdef _WIN32
#include <io.h>
#define isatty _isatty
#define fileno _fileno
#else
#include <unistd.h>
#endif

int main(int count, char** values)
{
#ifdef SIGXFSZ
    std::signal(SIGXFSZ, SIG_IGN);         // a file that grew too large is an error of its writer, like a full disk
#endif
    igneous::Console console(std::cout, std::cerr, isatty(fileno(stderr)) != 0);
    return igneous::run_command_line(std::vector<std::string>(values, values + count), console);
}
