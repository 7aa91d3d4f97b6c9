using System.Runtime.CompilerServices;
using Composer.Architecture.Primitives;

namespace Composer.Training.Tests.Primitives.Toy;

internal static class ToyRegistration
{
    /// <summary>The product's own primitives are found without: its assemblies are searched anyway.</summary>
    [ModuleInitializer]
    internal static void Register() => PrimitiveMembers.Register(typeof(EchoDescription).Assembly);
}
