namespace Composer.Core.Code;

/// <summary>
/// What this type does is no part of the computations that use it: where results are kept, who runs a job, what is told
/// meanwhile. It must not change a result, and changing it changes no key. On an assembly: of all its types.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct,
    Inherited = false)]
public sealed class CodeBoundaryAttribute : Attribute;
