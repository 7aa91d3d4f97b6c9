namespace Composer.Language.Corpora.Stories;

/// <summary>A generated story and the places where its world's state decides how it goes on.</summary>
/// <param name="Text">One paragraph, no line breaks.</param>
/// <param name="Hooks">In the text's order.</param>
public sealed record Story(string Text, IReadOnlyList<StoryHook> Hooks);
