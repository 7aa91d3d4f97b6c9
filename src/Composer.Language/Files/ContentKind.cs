namespace Composer.Language.Files;

/// <summary>What can be done with a file, by what its first bytes are.</summary>
internal enum ContentKind
{
    /// <summary>Nothing in them is no text; whether all of the file is UTF-8 shows when it is read.</summary>
    Text,

    /// <summary>There is no byte.</summary>
    Empty,

    Gzip,

    Zstandard,

    Parquet,

    /// <summary>What a Mac puts beside a file on a disk of another system: no data of the user's.</summary>
    AppleMetadata,

    /// <summary>Text of another encoding than UTF-8.</summary>
    OtherEncoding,

    /// <summary>A known format that is not read.</summary>
    Foreign,

    /// <summary>No text, and no known format.</summary>
    Binary,
}
