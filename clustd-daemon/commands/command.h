#pragma once

#include <QCommandLineOption>
#include <QList>
#include <QString>

#include <vector>

namespace clustd::daemon {

class Arguments;

/// How a program of ours ends; scripts rely on these numbers (docs/OPERATIONS.md).
enum class ExitCode {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Config = 3,
    Unreachable = 4,
    Forbidden = 5,
    NoMaster = 6,
    TimedOut = 7
};

/// One word after `clustd`, as a value: what it is called, what it takes, what it does.
///
/// To add one: a file commands/<name>.cpp with `Command <name>Command()`, its declaration in
/// commands/command_table.h, its line in command_table.cpp and its source in CMakeLists.txt. The
/// frame parses, answers --help and refuses wrong use before run() is called.
struct Command
{
    QString name = {};
    QString summary = {}; ///< One line for the list of commands: an imperative without a full stop
    QString details = {}; ///< Further sentences for `clustd NAME --help`; may be empty
    QString argumentsSyntax = {}; ///< As shown in the usage line: "[FILE]", "ROLE NAME"
    int argumentsMin = 0;
    int argumentsMax = 0;
    QList<QCommandLineOption> options = {}; ///< Its own, beside the global ones
    /// It acts on this machine alone: --connect and --token-file are refused, lest it do here what
    /// is meant for another machine.
    bool isLocal = false;

    /// Does the work and says how the process ends. Thread: main. A QCoreApplication exists, and no
    /// other thread was started, unless runsBeforeApplication.
    ExitCode (*run)(const Arguments &arguments) = nullptr;

    /// For a command that forks before anything of Qt lives: run() is called without a
    /// QCoreApplication and makes its own from Arguments::argc() and argv().
    bool runsBeforeApplication = false;
};

} // namespace clustd::daemon
