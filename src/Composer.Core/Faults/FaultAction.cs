namespace Composer.Core.Faults;

/// <summary>What a <see cref="Fault"/> does.</summary>
public enum FaultAction
{
    /// <summary><c>kill</c>: this process dies, as of SIGKILL.</summary>
    Kill,

    /// <summary><c>kill-parent</c>: the process that started this one dies; an agent outlives its coordinator.</summary>
    KillParent,

    /// <summary><c>kill-both</c>: both die.</summary>
    KillBoth,

    /// <summary><c>eio</c>: the operation fails as it does when a disk breaks.</summary>
    InputOutputError,

    /// <summary><c>enospc</c>: the operation fails as it does when a disk is full.</summary>
    NoSpace,

    /// <summary><c>erofs</c>: the operation fails as it does on a disk that was mounted read-only.</summary>
    ReadOnly,

    /// <summary><c>short</c>: half of the bytes are written and nobody is told.</summary>
    ShortWrite,

    /// <summary><c>busy</c>: the index answers that another process has it locked.</summary>
    Busy,
}
