// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the controllers of the window put together. Each is a class of this folder that takes these, adds its actions
// and connects its panels; Workbench makes them and outlives nobody but them.

namespace igneous {

class Actions;
class MainWindow;
class Session;
class Settings;
class Studio;

struct Parts {
    MainWindow& window;
    Actions& actions;
    Studio& studio;
    Session& session;
    Settings& settings;
};

}
