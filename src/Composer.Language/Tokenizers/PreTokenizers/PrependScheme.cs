namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary>Which pieces a metaspace is put before.</summary>
internal enum PrependScheme
{
    /// <summary>All.</summary>
    Always,

    /// <summary>The one that begins the text.</summary>
    First,

    /// <summary>None.</summary>
    Never,
}
