using System.Runtime.CompilerServices;
using Composer.Language.Corpora;

namespace Composer.Language.Tests.Corpora.Toy;

internal static class ToyRegistration
{
    /// <summary>A product's format is a line in <see cref="CorpusFormats"/> instead.</summary>
    [ModuleInitializer]
    internal static void Register() =>
        CorpusFormats.Add(new("Articles", "articles", [".articles"], (name, paths, _) => new ArticlesCollection(name, paths)));
}
