using System.Runtime.CompilerServices;
using Composer.Core.Discovery;

namespace Composer.Language.Tests.Evaluation.Toy;

internal static class ToyRegistration
{
    /// <summary>The product's own tasks are found without: its assembly is searched anyway.</summary>
    [ModuleInitializer]
    internal static void Register() => Members.Register(typeof(RhymeTask).Assembly);
}
