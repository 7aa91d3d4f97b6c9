namespace Composer.Language.Tokenizers.Patterns;

/// <summary>A place in a text that a pattern can ask for.</summary>
internal enum PatternPlace
{
    /// <summary><c>\A</c>.</summary>
    Start,

    /// <summary><c>\z</c>.</summary>
    End,

    /// <summary><c>^</c>: also after a newline that is not the text's last character.</summary>
    LineStart,

    /// <summary><c>$</c>: also before a newline.</summary>
    LineEnd,

    /// <summary><c>\b</c>.</summary>
    WordBoundary,
}
