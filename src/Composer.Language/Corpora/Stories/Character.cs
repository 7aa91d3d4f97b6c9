namespace Composer.Language.Corpora.Stories;

/// <summary>Somebody in a story.</summary>
/// <param name="Name">Unique within the story.</param>
/// <param name="Kind"><c>girl</c>, <c>boy</c>, or an animal's.</param>
/// <param name="Female">Decides the pronouns.</param>
internal sealed record Character(string Name, string Kind, bool Female)
{
    public string Subject => Female ? "she" : "he";

    public string Object => Female ? "her" : "him";

    public string Possessive => Female ? "her" : "his";
}
