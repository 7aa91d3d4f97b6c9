namespace Composer.Reporting.Text;

/// <summary>Digests for people.</summary>
internal static class DigestText
{
    /// <summary>The first twelve digits, as everywhere.</summary>
    public static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;
}
