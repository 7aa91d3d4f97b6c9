using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Composer.Core.Discovery;

namespace Composer.Training.Tests.Primitives.Toy;

internal static class ToyRegistration
{
    /// <summary>The product's own primitives are found without: its assemblies are searched anyway.</summary>
    [ModuleInitializer]
    internal static void Register()
    {
        // A test loads this assembly once more, as a plug-in.
        if (AssemblyLoadContext.GetLoadContext(typeof(EchoDescription).Assembly) == AssemblyLoadContext.Default)
        {
            Members.Register(typeof(EchoDescription).Assembly);
        }
    }
}
