namespace Composer.Language.Files;

/// <summary>The one mistake that says no more than that a file is not on this machine.</summary>
public static class MissingFile
{
    /// <summary>The code of its diagnostic.</summary>
    public const string Code = "CMP6001";
}
