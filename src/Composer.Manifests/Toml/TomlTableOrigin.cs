namespace Composer.Manifests.Toml;

/// <summary>How a table came to be, which decides what may extend it (TOML 1.1, "Table", "Inline Table").</summary>
internal enum TomlTableOrigin
{
    /// <summary>Named on the way to another header: one header may still define it.</summary>
    Implicit,

    /// <summary>Defined by its header: further headers may only add tables inside it.</summary>
    Header,

    /// <summary>Made by dotted keys: dotted keys of the same section may extend it, headers add tables inside.</summary>
    Dotted,

    /// <summary>Written in braces: complete.</summary>
    Inline,
}
