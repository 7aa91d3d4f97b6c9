using System.Globalization;

namespace Composer.Language.Tokenizers.Patterns;

/// <summary>The general categories by the names that patterns give them, such as <c>Lu</c>, and <c>L</c> for all that begin so.</summary>
internal static class CategoryNames
{
    private static readonly string[] InOrder =
    [
        "lu", "ll", "lt", "lm", "lo", "mn", "mc", "me", "nd", "nl", "no", "zs", "zl", "zp", "cc", "cf", "cs", "co", "pc", "pd", "ps",
        "pe", "pi", "pf", "po", "sm", "sc", "sk", "so", "cn",
    ];

    /// <summary>The set of a name; null for one that is no category.</summary>
    public static Predicate<int>? Find(string name)
    {
        var wanted = name.ToLowerInvariant();
        var mask = 0u;
        for (var category = 0; category < InOrder.Length; category++)
        {
            if (wanted.Length > 0 && InOrder[category].StartsWith(wanted, StringComparison.Ordinal))
            {
                mask |= 1u << category;
            }
        }

        return mask == 0 ? null : codePoint => (mask >> (int)CharUnicodeInfo.GetUnicodeCategory(codePoint) & 1) != 0;
    }
}
