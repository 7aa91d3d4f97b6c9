using Composer.Training.Torch.Heads;
using Composer.Training.Torch.Optimization;
using Composer.Training.Torch.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Network;

/// <summary>The TorchScript functions, compiled once a process from the sources that lie beside their callers.</summary>
/// <remarks>
/// They reach operators that TorchSharp does not bind, and make one managed handle of a whole layer. A number goes in
/// as an <see cref="int"/> or as a <see cref="Scalar"/> that the caller keeps: of a <see cref="double"/> TorchSharp makes
/// a Scalar that nothing keeps alive during the call.
/// </remarks>
internal static class Scripts
{
    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(string.Join("\n", (string[])
    [
        TorchNetwork.Source, .. PrimitiveForm.All.Select(form => form.Source), LanguageHead.Source, CompressionHead.Source, Loss.Source, AdamW.Source, "",
    ])));

    /// <summary>Calls a function that returns one tensor, which joins the caller's dispose scope.</summary>
    public static Tensor Call(string function, params object?[] arguments)
    {
        var result = (Tensor)Unit.Value.invoke(function, arguments!);
        GC.KeepAlive(arguments);
        return result;
    }
}
